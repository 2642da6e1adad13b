/* Revocation lists: the first and any serial on the list are found, within the input. */
#include "fuzz/fuzz.h"

#include "core/attest/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_crl c;
    static const uint8_t none[] = {0x7f, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e,
        0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15};
    if (ur_crl_parse(&c, ur_span_of(data, size)) != UR_OK) {
        FUZZ_REQUIRE(c.tbs.n == 0 && c.next_update == 0);
        return 0;
    }
    FUZZ_REQUIRE(c.tbs.p >= data && c.tbs.p + c.tbs.n <= data + size);
    FUZZ_REQUIRE(!ur_crl_lists(&c, ur_span_of(none, sizeof none))); /* longer than any serial may be */
    if (c.revoked.n > 4) {
        /* SEQUENCE { INTEGER serial, ... }: lengths are short here, since serials and dates are. */
        size_t head = c.revoked.p[1] < 0x80 ? 2 : 2u + (c.revoked.p[1] & 0x7fu);
        FUZZ_REQUIRE(ur_crl_lists(&c, ur_span_of(c.revoked.p + head + 2, c.revoked.p[head + 1])));
    }
    return 0;
}
