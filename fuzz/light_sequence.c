/* Three bytes a step: which height is offered, who signs it, what is wrong with it. An honest chain of sixteen heights with
 * changing sets exists beside a fork that any three of the nine validators sign; trusting starts at height one. Whatever
 * is offered in whatever order, the fork is never believed. */
#include "fuzz/fuzz.h"

#include "tests/light/made.h"

enum { HEIGHTS = 16, SIGNERS = 9 };

static struct {
    bool made;
    ur_validators sets[HEIGHTS + 2];
    ur_light_block blocks[HEIGHTS + 1], fork[HEIGHTS + 1], offered;
} w;

static void make(void)
{
    for (unsigned h = 0; h <= HEIGHTS + 1; h++) {
        for (unsigned i = 0; i < SIGNERS; i++) {
            made_validator(&w.sets[h], h / 4 + i, 10);
        }
    }
    for (unsigned h = 1; h <= HEIGHTS; h++) {
        uint8_t evil[32];
        memset(evil, 0xee, sizeof evil);
        made_block(&w.blocks[h], "made-1", h, (ur_time){1000 + 10 * (int64_t)h, 0}, &w.sets[h], &w.sets[h + 1], NULL);
        made_block(&w.fork[h], "made-1", h, (ur_time){1000 + 10 * (int64_t)h, 0}, &w.sets[h], &w.sets[h + 1], evil);
    }
    w.made = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!w.made) {
        make();
    }
    ur_light_rules rules;
    ur_light_reason why;
    ur_light_header trusted, next;
    FUZZ_REQUIRE(ur_light_rules_init_var(&rules, UR_SPAN_LIT("made-1"), 1000) == UR_OK);
    FUZZ_REQUIRE(ur_light_check_own_var(&trusted, &why, &rules, &made_ops, &w.blocks[1]) == UR_OK);
    for (size_t i = 0; i + 2 < size && i < 96; i += 3) {
        size_t h = 1 + data[i] % HEIGHTS;
        bool fork = data[i + 1] % 2 == 1;
        w.offered = fork ? w.fork[h] : w.blocks[h];
        for (size_t k = 0; fork && k < SIGNERS; k++) { /* three signers, chosen by the input */
            size_t from = data[i + 1] / 2 % SIGNERS;
            bool signs = (k + SIGNERS - from) % SIGNERS < 3;
            made_entry(&w.offered, k, signs ? UR_COMET_COMMIT : UR_COMET_ABSENT);
        }
        switch (data[i + 2] % 8) {
        case 1: w.offered.commit = fork ? w.blocks[h].commit : w.fork[h].commit; break;
        case 2: w.offered.header.app.bytes[0] ^= 1; break;
        case 3: w.offered.commit.sig[data[i + 2] % SIGNERS].sig[0] ^= 1; break;
        case 4: w.offered.validators = w.sets[1 + data[i + 2] % HEIGHTS]; break;
        case 5: w.offered.commit.sig[0] = w.offered.commit.sig[1]; break;
        default: break;
        }
        ur_status st = ur_light_verify_var(&next, &why, &rules, &made_ops, &trusted, &w.sets[trusted.height + 1], &w.offered,
                                           (ur_time){1200, 0});
        if (st == UR_OK) {
            FUZZ_REQUIRE(next.height > trusted.height);
            FUZZ_REQUIRE(ur_eq_var(next.hash, w.blocks[next.height].commit.block.hash.bytes, 32));
            trusted = next;
        }
    }
    return 0;
}
