/* Certificates, PEM chains and the SGX extension: what parses lies within the input. */
#include "fuzz/fuzz.h"

#include "core/attest/dstack.h"

static void within(ur_span outer, ur_span inner)
{
    FUZZ_REQUIRE(inner.n == 0 || (inner.p >= outer.p && inner.p + inner.n <= outer.p + outer.n));
}

static void one(ur_span der)
{
    ur_cert c;
    ur_pck pck;
    ur_attest_root root;
    ur_span value;
    static const uint8_t key_usage[] = {0x55, 0x1d, 0x0f};
    if (ur_cert_parse(&c, der, UR_CERT_MAX) != UR_OK) {
        FUZZ_REQUIRE(c.der.n == 0 && c.key[0] == 0);
        return;
    }
    const ur_span parts[] = {c.tbs, c.serial, c.issuer, c.subject, c.common_name, c.spki, c.extensions, c.sgx};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        within(der, parts[i]);
    }
    FUZZ_REQUIRE((ur_cert_extension(&c, &value, ur_span_of(key_usage, 3)) == UR_OK) == c.has_key_usage);
    (void)!ur_pck_parse(&pck, c.sgx);
    FUZZ_REQUIRE(ur_attest_root_of_cert(&root, der) != UR_OK || c.is_ca);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ur_span all = ur_span_of(data, size);
    ur_span der[UR_CHAIN_MAX];
    ur_pck pck;
    ur_ratls ratls;
    ur_reason why = UR_REASON_NONE;
    static uint8_t buf[UR_CHAIN_MAX * UR_CERT_MAX];
    size_t n = 0;
    one(all);
    if (ur_pem_chain(der, &n, UR_CHAIN_MAX, buf, sizeof buf, all) == UR_OK) {
        FUZZ_REQUIRE(n >= 1 && n <= UR_CHAIN_MAX);
        for (size_t i = 0; i < n; i++) {
            one(der[i]);
        }
    }
    (void)!ur_pck_parse(&pck, all);
    if (ur_ratls_parse(&ratls, &why, all) == UR_OK) {
        within(all, ratls.quote);
        within(all, ratls.log.bytes);
    } else {
        FUZZ_REQUIRE(why == UR_REASON_RATLS_FORMAT);
    }
    return 0;
}
