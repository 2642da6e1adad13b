/* Words that are taken come out in one form, which is taken again as it is. */
#include "fuzz/fuzz.h"

#include "lib/keystore/mnemonic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_secret *words, *again;
    if (ur_mnemonic_parse(&words, ur_span_of(data, size), NULL) == UR_OK) {
        ur_span text = ur_span_of(ur_secret_reveal(words), ur_secret_len(words));
        FUZZ_REQUIRE(ur_mnemonic_parse(&again, text, NULL) == UR_OK);
        FUZZ_REQUIRE(ur_span_eq_var(text, ur_span_of(ur_secret_reveal(again), ur_secret_len(again))));
        ur_secret_free(&again);
        ur_secret_free(&words);
    }
    return 0;
}
