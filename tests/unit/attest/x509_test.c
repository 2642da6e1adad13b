/* Real certificates and lists with one octet changed: signatures are not looked at here, so only the profile can refuse them. */
#include "core/attest/collateral.h"
#include "tests/test.h"

/* The last octet of the first place where these octets stand. */
static uint8_t *find(uint8_t *p, size_t n, const char *what, size_t what_n)
{
    for (size_t i = 0; i + what_n <= n; i++) {
        if (ur_eq_var(p + i, what, what_n)) {
            return p + i + what_n - 1;
        }
    }
    fail_msg("not there");
    return p;
}
#define FIND(p, n, s) find(p, n, s, sizeof(s) - 1)

static ur_status as_cert(ur_span der)
{
    ur_cert c;
    return ur_cert_parse(&c, der, UR_CERT_MAX);
}

static ur_status as_pck(ur_span der)
{
    ur_cert c;
    ur_pck pck;
    assert_ok(ur_cert_parse(&c, der, UR_CERT_MAX));
    return ur_pck_parse(&pck, c.sgx);
}

static ur_status as_crl(ur_span der)
{
    ur_crl crl;
    return ur_crl_parse(&crl, der);
}

static void changed(ur_status (*read)(ur_span), ur_span der, uint8_t *at, uint8_t value)
{
    uint8_t kept = *at;
    assert_ok(read(der));
    assert_true(kept != value);
    *at = value;
    assert_status(read(der), UR_E_INPUT);
    *at = kept;
}

static void profile(void **state)
{
    (void)state;
    static uint8_t der[UR_CHAIN_MAX * UR_CERT_MAX], buf[1 << 16];
    ur_span certs[UR_CHAIN_MAX];
    size_t n = 0;
    ur_quote q;
    ur_reason why = UR_REASON_NONE;
    ur_collateral c;
    ur_span quote = test_read_file("tests/data/attest/tdx4.quote");
    ur_span json = test_read_file("tests/data/attest/tdx4.json");
    assert_ok(ur_quote_parse(&q, &why, quote));
    assert_ok(ur_pem_chain(certs, &n, UR_CHAIN_MAX, der, sizeof der, q.cert_data));
    uint8_t *leaf = der;
    const ur_span all = certs[0];
    changed(as_cert, all, FIND(leaf, all.n, "\xa0\x03\x02\x01\x02"), 1);                         /* version 2 */
    changed(as_cert, all, FIND(leaf, all.n, "\x2a\x86\x48\xce\x3d\x03\x01\x07"), 6);             /* another curve */
    changed(as_cert, all, FIND(leaf, all.n, "\x2a\x86\x48\xce\x3d\x04\x03\x02"), 3);             /* SHA-384 */
    changed(as_cert, all, FIND(leaf, all.n, "\x55\x1d\x0e"), 0x1f);                               /* an extension twice */
    changed(as_cert, all, FIND(leaf, all.n, "\x03\x42\x00\x04"), 2);                              /* a point in another form */
    changed(as_pck, all, FIND(leaf, all.n, "\x2a\x86\x48\x86\xf8\x4d\x01\x0d\x01\x02\x02"), 1);   /* a component twice */
    changed(as_pck, all, FIND(leaf, all.n, "\x2a\x86\x48\x86\xf8\x4d\x01\x0d\x01\x02\x12"), 19);  /* one that is unknown */
    changed(as_pck, all, FIND(leaf, all.n, "\x2a\x86\x48\x86\xf8\x4d\x01\x0d\x01\x03"), 1);       /* the PPID twice */
    assert_ok(ur_collateral_parse(&c, buf, sizeof buf, json));
    uint8_t *list = (uint8_t *)(uintptr_t)c.pck_crl.p;
    changed(as_crl, c.pck_crl, FIND(list, c.pck_crl.n, "\x02\x01\x01"), 0);                       /* version 1 */
    changed(as_crl, c.pck_crl, FIND(list, c.pck_crl.n, "\x2a\x86\x48\xce\x3d\x04\x03\x02"), 3);
    free((void *)(uintptr_t)quote.p);
    free((void *)(uintptr_t)json.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(profile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
