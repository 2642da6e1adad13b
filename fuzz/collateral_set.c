/* A set of collateral as somebody sends it: read, taken apart, each document checked under the test root. What verifies
 * goes through a cache and comes out the same. */
#include <stdlib.h>
#include <string.h>

#include "lib/collateral/collateral.h"
#include "lib/suite/attest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const ur_attest_root test_root = {
    {0x2b, 0x31, 0xe8, 0xbc, 0x2c, 0x32, 0x2f, 0x2a, 0x65, 0x1a, 0xd6, 0x04, 0xcc, 0xce, 0x95, 0x02,
     0xe3, 0x8b, 0x76, 0xac, 0xb2, 0xdd, 0x20, 0x6f, 0x34, 0x66, 0x7e, 0x6e, 0x8f, 0xc7, 0x82, 0x8e,
     0x2d, 0xfc, 0x1c, 0xdb, 0xcd, 0x0e, 0xf7, 0xd6, 0xe4, 0x87, 0x80, 0xa1, 0xb8, 0x26, 0x05, 0x0e,
     0x70, 0xb5, 0x24, 0xf9, 0xd4, 0x3d, 0xbf, 0x99, 0x5d, 0xe2, 0x13, 0x16, 0x16, 0xc8, 0xb7, 0x6d},
    INT64_MIN, INT64_MAX};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static ur_suite_attest *suite;
    if (suite == NULL && ur_suite_attest_new(&suite) != UR_OK) {
        abort();
    }
    const ur_coll_trust trust = {ur_suite_attest_ops(suite), &test_root, 1};
    ur_coll_set set;
    ur_coll_doc docs[UR_COLL_KINDS];
    ur_err err = {0};
    if (ur_coll_set_read(&set, ur_span_of(data, n), &err) != UR_OK) {
        return 0;
    }
    ur_coll_set_docs(docs, &set);
    size_t good = 0;
    for (size_t i = 0; i < UR_COLL_KINDS; i++) {
        ur_coll_doc *doc = &docs[i];
        if (ur_coll_doc_check(doc, &trust, &err) == UR_OK) {
            good++;
            (void)!ur_coll_doc_in_force(doc, 1780272000, &err);
            if (doc->name[0] == '\0' || memchr(doc->name, 0, sizeof doc->name) == NULL) {
                abort();
            }
        } else if (doc->issued != 0 || doc->until != 0 || doc->number != 0) {
            abort(); /* outputs are zero on failure */
        }
    }
    if (good == UR_COLL_KINDS) {
        ur_coll_cache *cache;
        if (ur_coll_cache_open(&cache, NULL, UR_COLL_CACHE_WRITE, &err) != UR_OK ||
            ur_coll_cache_put_set(cache, &set, &trust, 1780272000, &err) != UR_OK) {
            abort();
        }
        ur_coll_cache_close(&cache);
    }
    ur_coll_set_free(&set);
    return 0;
}
