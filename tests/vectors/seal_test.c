/* Others' sealed files and ECIES messages: $UNRUG_VECTORS or ../shared/vectors, folders fairyring and drand, kinds known by
 * file name (origins and licences: the README files there). Prints how many cases of each kind ran. What other vector
 * programs read is theirs to report. */
#include "core/codec/base64.h"
#include "core/codec/bech32.h"
#include "core/codec/json.h"
#include "core/hash/hash.h"
#include "lib/os/file.h"
#include "lib/seal/ecies.h"
#include "lib/seal/seal.h"
#include "tests/unit/seal/seal_kit.h"
#include "tests/vectors/areas.h"

/* ---- what every kind needs ---- */

static ur_span text_of(ur_json v)
{
    ur_span s;
    assert_ok(ur_json_plain_var(&s, v));
    return s;
}

static ur_span field(ur_json v, const char *name)
{
    ur_json f = ur_json_get_var(v, name);
    if (ur_json_kind_var(f) != UR_JSON_STRING) {
        fail_msg("no text '%s'", name);
    }
    return text_of(f);
}

static bool has(ur_json v, const char *name) { return ur_json_kind_var(ur_json_get_var(v, name)) != UR_JSON_NONE; }

/* Hex of any length; to be freed. */
static kit_bytes hex_of(ur_json v, const char *name)
{
    ur_span s = field(v, name);
    kit_bytes b = {malloc(s.n / 2 + 1), 0, s.n / 2 + 1};
    assert_ok(ur_json_hex_upto_var(b.p, b.cap, &b.n, ur_json_get_var(v, name)));
    return b;
}

static void hex_exact(uint8_t *out, size_t n, ur_json v, const char *name)
{
    assert_ok(ur_json_hex_var(out, n, ur_json_get_var(v, name)));
}

static void same_hex(const uint8_t *got, size_t n, ur_json v, const char *name)
{
    kit_bytes want = hex_of(v, name);
    if (want.n != n || !ur_eq_var(got, want.p, n)) {
        fail_msg("'%s' differs", name);
    }
    kit_free(&want);
}

static uint64_t number(ur_json v, const char *name)
{
    uint64_t x = 0;
    assert_ok(ur_json_u64_var(&x, ur_json_get_var(v, name)));
    return x;
}

/* Text with escapes undone; to be freed. */
static kit_bytes string_of(ur_json v, const char *name)
{
    kit_bytes b = {malloc(100000), 0, 100000};
    ur_span s;
    assert_ok(ur_json_string_var(&s, b.p, b.cap, ur_json_get_var(v, name)));
    if (s.n > 0 && s.p != b.p) {
        memcpy(b.p, s.p, s.n);
    }
    b.n = s.n;
    return b;
}

static kit_bytes counting(uint64_t n)
{
    kit_bytes b = {malloc((size_t)n + 1), (size_t)n, (size_t)n + 1};
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] = (uint8_t)(i % 251);
    }
    return b;
}

static ur_tibe_key key_of(ur_json v, const char *name)
{
    uint8_t bytes[UR_G2_BYTES];
    ur_tibe_key key;
    hex_exact(bytes, sizeof bytes, v, name);
    assert_ok(ur_tibe_key_parse(&key, bytes));
    return key;
}

/* Open by key, or, where that is not ours to do, by file key; the status of whatever came. */
static ur_status open_file(kit_bytes *out, ur_seal_header *header, ur_span file, const ur_tibe_key *key, ur_span file_key)
{
    ur_reader r;
    ur_sealed *sealed = NULL;
    ur_err e;
    ur_reader_init(&r, file);
    const ur_source source = ur_source_of_reader(&r);
    const ur_sink sink = kit_sink(out);
    UR_TRY(ur_sealed_begin(&sealed, &source, &e));
    if (header != NULL) {
        *header = *ur_sealed_header(sealed);
    }
    ur_status s = key != NULL ? ur_sealed_open(sealed, &sink, key, &e) : ur_sealed_open_with(sealed, &sink, file_key, &e);
    ur_sealed_free(&sealed);
    return s;
}

/* The file opens to the content; in every form; and not once its last byte is changed. */
static void opens(ur_span file, const ur_tibe_key *key, ur_span content)
{
    kit_bytes out = {0};
    assert_ok(open_file(&out, NULL, file, key, (ur_span){0}));
    assert_true(ur_span_eq_var(kit_span(&out), content));
    out.n = 0;
    if (file.n > 0 && file.p[0] == 'a') {
        kit_bytes forms[2] = {{0}, {0}};
        for (int form = UR_SEAL_HEX; form <= UR_SEAL_ARMOR; form++) {
            kit_bytes *text = &forms[form - UR_SEAL_HEX];
            ur_form_out f;
            const ur_sink to = kit_sink(text);
            assert_ok(ur_form_out_begin(&f, &to, (ur_seal_form)form, NULL));
            const ur_sink sink = ur_sink_of_form(&f);
            assert_ok(sink.write(sink.context, file.p, file.n, NULL));
            assert_ok(ur_form_out_end(&f, NULL));
            assert_ok(open_file(&out, NULL, kit_span(text), key, (ur_span){0}));
            assert_true(ur_span_eq_var(kit_span(&out), content));
            out.n = 0;
            kit_free(text);
        }
        kit_bytes changed = {0};
        kit_put(&changed, file.p, file.n);
        changed.p[file.n - 1] ^= 1;
        assert_status(open_file(&out, NULL, kit_span(&changed), key, (ur_span){0}), UR_E_PROOF);
        kit_free(&changed);
    }
    kit_free(&out);
}

/* ---- files ---- */

static size_t upstream_run_files(ur_json v)
{
    const ur_tibe_key key = key_of(v, "decryption_key_g2");
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "files")));
    for (ur_json f; ur_json_next_var(&it, &f); n++) {
        kit_bytes file, content = counting(number(f, "plaintext_len"));
        if (has(f, "file_hex")) {
            file = hex_of(f, "file_hex");
        } else {
            ur_span text = field(f, "file_base64");
            file = (kit_bytes){malloc(text.n), 0, text.n};
            assert_ok(ur_base64_decode(file.p, file.cap, &file.n, text, UR_BASE64));
        }
        opens(kit_span(&file), &key, kit_span(&content));
        /* the parts: header MAC, nonce, and the same file written again from its file key */
        uint8_t file_key[32], nonce[UR_PAYLOAD_NONCE_BYTES];
        ur_seal_header h;
        kit_bytes out = {0}, again = {0};
        hex_exact(file_key, sizeof file_key, f, "file_key");
        hex_exact(nonce, sizeof nonce, f, "nonce");
        assert_ok(open_file(&out, &h, kit_span(&file), NULL, ur_span_of(file_key, sizeof file_key)));
        same_hex(h.mac, sizeof h.mac, f, "mac");
        ur_reader r;
        ur_reader_init(&r, kit_span(&content));
        const ur_source source = ur_source_of_reader(&r);
        const ur_sink sink = kit_sink(&again);
        assert_ok(ur_seal_stream_with(&sink, &source, &h, ur_span_of(file_key, 32), nonce, UR_SEAL_BINARY, NULL));
        assert_true(ur_span_eq_var(kit_span(&again), kit_span(&file)));
        kit_free(&again);
        kit_free(&out);
        kit_free(&file);
        kit_free(&content);
    }
    return n;
}

/* A file from fixed sigma, file key and nonce. */
static kit_bytes make_file(ur_json v, uint64_t content_n, ur_seal_form form)
{
    uint8_t sigma[32], file_key[32], nonce[16], pub[UR_G1_BYTES], body[UR_TIBE_CT_MAX];
    ur_tibe_pub mpk;
    ur_tibe_id id;
    ur_tibe_msg msg;
    ur_tibe_ct ct;
    hex_exact(sigma, 32, v, "sigma");
    hex_exact(file_key, 32, v, "file_key");
    hex_exact(nonce, 16, v, "payload_nonce");
    hex_exact(pub, sizeof pub, v, "mpk");
    assert_ok(ur_tibe_pub_parse(&mpk, pub));
    assert_ok(ur_tibe_id_hash(&id, field(v, "identity")));
    assert_ok(ur_tibe_msg_set(&msg, file_key, 32));
    assert_ok(ur_tibe_encrypt(&ct, &mpk, &id, &msg, sigma));
    ur_span written = ur_tibe_ct_write(body, &ct);
    ur_seal_header h = {.kind = UR_SEAL_DISTIBE, .body_n = written.n};
    memcpy(h.body, written.p, written.n);
    kit_bytes content = counting(content_n), out = {0};
    ur_reader r;
    ur_reader_init(&r, kit_span(&content));
    const ur_source source = ur_source_of_reader(&r);
    const ur_sink sink = kit_sink(&out);
    assert_ok(ur_seal_stream_with(&sink, &source, &h, ur_span_of(file_key, 32), nonce, form, NULL));
    kit_free(&content);
    return out;
}

static size_t deterministic_files(ur_json v)
{
    const ur_tibe_key key = key_of(v, "decryption_key");
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "files")));
    for (ur_json f; ur_json_next_var(&it, &f); n++) {
        kit_bytes content = counting(number(f, "plaintext_len"));
        if (has(f, "armored")) {
            kit_bytes armored = string_of(f, "armored");
            opens(kit_span(&armored), &key, kit_span(&content));
            kit_bytes made = make_file(v, content.n, UR_SEAL_ARMOR);
            assert_true(ur_span_eq_var(kit_span(&made), kit_span(&armored)));
            kit_free(&made);
            kit_free(&armored);
        } else {
            uint8_t hash[32];
            kit_bytes made = make_file(v, content.n, UR_SEAL_BINARY);
            assert_int_equal(made.n, number(f, "file_len"));
            ur_sha256_of(hash, kit_span(&made));
            same_hex(hash, sizeof hash, f, "file_sha256");
            if (has(f, "file_hex")) {
                same_hex(made.p, made.n, f, "file_hex");
            }
            opens(kit_span(&made), &key, kit_span(&content));
            kit_free(&made);
        }
        kit_free(&content);
    }
    return n;
}

/* Recipes over the file of 65536 bytes of deterministic_files.json. */
static ur_span base_text; /* that file's JSON, read before */

static size_t upstream_reader_leniency(ur_json v)
{
    ur_json base;
    ur_json_iter it;
    size_t n = 0;
    if (base_text.n == 0) {
        print_message("upstream_reader_leniency wants deterministic_files beside it\n");
        return 0;
    }
    assert_ok(ur_json_parse_var(&base, base_text));
    const ur_tibe_key key = key_of(base, "decryption_key");
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "cases")));
    for (ur_json c; ur_json_next_var(&it, &c); n++) {
        kit_bytes file = {0}, out = {0};
        ur_span name = field(c, "name");
        if (has(c, "file_hex")) {
            file = hex_of(c, "file_hex");
        } else {
            file = make_file(base, 65536, UR_SEAL_BINARY);
            if (name.n > 8 && ur_eq_var(name.p, "trailing", 8)) {
                kit_put(&file, "garbage", 7);
            } else { /* an empty final chunk after a full one that is not marked */
                uint8_t file_key[32], nonce[16], n12[12] = {0}, tag[16];
                ur_payload p;
                kit_bytes content = counting(65536);
                hex_exact(file_key, 32, base, "file_key");
                hex_exact(nonce, 16, base, "payload_nonce");
                assert_ok(ur_payload_init(&p, ur_span_of(file_key, 32), nonce));
                assert_ok(ur_aead_seal(p.aead, file.p + file.n - UR_PAYLOAD_SEALED, n12, (ur_span){0}, content.p, 65536));
                n12[10] = n12[11] = 1;
                assert_ok(ur_aead_seal(p.aead, tag, n12, (ur_span){0}, NULL, 0));
                kit_put(&file, tag, 16);
                ur_payload_clear(&p);
                kit_free(&content);
            }
            uint8_t hash[32];
            ur_sha256_of(hash, kit_span(&file));
            same_hex(hash, 32, c, "file_sha256"); /* it is the file that upstream was given */
        }
        assert_status(open_file(&out, NULL, kit_span(&file), &key, (ur_span){0}), UR_E_INPUT);
        kit_free(&out);
        kit_free(&file);
    }
    return n;
}

static size_t ciphertext_only(ur_json v)
{
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "entries")));
    for (ur_json e; ur_json_next_var(&it, &e); n++) {
        const ur_json d = ur_json_get_var(e, "derived");
        kit_bytes file = hex_of(e, "ciphertext_hex");
        ur_reader r;
        ur_sealed *sealed = NULL;
        ur_tibe_ct ct;
        uint64_t content_n = 0;
        ur_reader_init(&r, kit_span(&file));
        const ur_source source = ur_source_of_reader(&r);
        assert_ok(ur_sealed_begin(&sealed, &source, NULL));
        same_hex(ur_sealed_header(sealed)->mac, 32, d, "header_mac");
        ur_status s = ur_sealed_ct(&ct, sealed, NULL);
        bool valid = false;
        assert_ok(ur_json_bool_var(&valid, ur_json_get_var(d, "U_is_valid_g1")));
        assert_status(s, valid ? UR_OK : UR_E_INPUT);
        if (valid) {
            same_hex(ct.v, ct.n, d, "V");
            same_hex(ct.w, ct.n, d, "W");
        }
        assert_ok(ur_sealed_measure(sealed, &content_n, NULL));
        assert_int_equal(content_n, number(d, "plaintext_len"));
        ur_sealed_free(&sealed);
        kit_free(&file);
    }
    return n;
}

static size_t published_file(ur_json v)
{
    const ur_json p = ur_json_get_var(v, "published");
    const ur_json f = ur_json_get_var(ur_json_get_var(v, "derived"), "file");
    const ur_tibe_key key = key_of(p, "decryption_key_g2");
    kit_bytes file = hex_of(p, "ciphertext_hex"), content = hex_of(f, "plaintext_hex"), out = {0};
    uint8_t file_key[32];
    ur_seal_header h;
    opens(kit_span(&file), &key, kit_span(&content));
    hex_exact(file_key, 32, f, "file_key");
    assert_ok(open_file(&out, &h, kit_span(&file), NULL, ur_span_of(file_key, 32)));
    same_hex(h.body, h.body_n, f, "stanza_body_112");
    same_hex(h.mac, sizeof h.mac, f, "header_mac");
    kit_free(&out);
    kit_free(&file);
    kit_free(&content);
    return 1;
}

/* ---- drand ---- */

static size_t tlock_files(ur_json v)
{
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "cases")));
    for (ur_json c; ur_json_next_var(&it, &c); n++) {
        kit_bytes file = string_of(c, "armored"), content = string_of(c, "plaintext"), out = {0};
        uint8_t file_key[16];
        ur_seal_header h;
        const bool in_g1 = field(c, "public_key").n == 2 * UR_G1_BYTES;
        /* the key of a network whose public key is in G2 is a point of G1: there is no ur_tibe_key to try */
        hex_exact(file_key, 16, c, "file_key");
        assert_ok(open_file(&out, &h, kit_span(&file), NULL, ur_span_of(file_key, 16)));
        assert_true(ur_span_eq_var(kit_span(&out), kit_span(&content)));
        assert_int_equal(h.kind, UR_SEAL_TLOCK);
        assert_int_equal(h.round, number(c, "round"));
        same_hex(h.chain, sizeof h.chain, c, "chain_hash");
        same_hex(h.body, h.body_n, c, "stanza_body");
        if (in_g1) {
            const ur_tibe_key key = key_of(c, "round_signature");
            uint8_t pub[UR_G1_BYTES];
            ur_tibe_pub mpk;
            ur_tibe_id id;
            opens(kit_span(&file), &key, kit_span(&content));
            hex_exact(pub, sizeof pub, c, "public_key");
            assert_ok(ur_tibe_pub_parse(&mpk, pub));
            ur_tibe_id_of_round(&id, h.round);
            assert_ok(ur_tibe_key_check_var(&mpk, &key, &id));
        } else {
            ur_tibe_key any = {*ur_g2_generator()};
            out.n = 0;
            assert_status(open_file(&out, NULL, kit_span(&file), &any, (ur_span){0}), UR_E_POLICY);
            assert_int_equal(out.n, 0);
        }
        kit_free(&out);
        kit_free(&file);
        kit_free(&content);
    }
    return n;
}

static size_t tlock_ciphertext_only(ur_json v)
{
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "cases")));
    for (ur_json c; ur_json_next_var(&it, &c); n++) {
        kit_bytes file = string_of(c, "armored"), content = string_of(c, "plaintext");
        ur_reader r;
        ur_sealed *sealed = NULL;
        uint64_t content_n = 0;
        ur_reader_init(&r, kit_span(&file));
        const ur_source source = ur_source_of_reader(&r);
        assert_ok(ur_sealed_begin(&sealed, &source, NULL));
        assert_int_equal(ur_sealed_header(sealed)->round, number(c, "round"));
        assert_ok(ur_sealed_measure(sealed, &content_n, NULL));
        assert_int_equal(content_n, content.n);
        ur_sealed_free(&sealed);
        kit_free(&file);
        kit_free(&content);
    }
    return n;
}

static size_t must_fail(ur_json v)
{
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "cases")));
    for (ur_json c; ur_json_next_var(&it, &c); n++) {
        const ur_tibe_key key = key_of(c, "round_signature_g2");
        if (has(c, "armored")) {
            kit_bytes file = string_of(c, "armored"), out = {0};
            assert_status(open_file(&out, NULL, kit_span(&file), &key, (ur_span){0}), UR_E_PROOF);
            assert_int_equal(out.n, 0);
            kit_free(&file);
        } else {
            kit_bytes u = hex_of(c, "U"), vv = hex_of(c, "V"), w = hex_of(c, "W");
            ur_tibe_ct ct;
            ur_tibe_msg msg;
            kit_put(&u, vv.p, vv.n);
            kit_put(&u, w.p, w.n);
            assert_ok(ur_tibe_ct_parse(&ct, kit_span(&u)));
            assert_status(ur_tibe_decrypt(&msg, &ct, &key), UR_E_PROOF);
            kit_free(&u);
            kit_free(&vv);
            kit_free(&w);
        }
    }
    return n;
}

/* ---- ECIES ---- */

static ur_secp_secret secret_of(ur_json v, const char *name)
{
    uint8_t b[32];
    ur_secp_secret d;
    hex_exact(b, sizeof b, v, name);
    assert_ok(ur_secp_secret_parse(&d, b));
    return d;
}

static void ecies_opens(ur_span ct, const ur_secp_secret *d, ur_span text)
{
    uint8_t *out = malloc(ct.n);
    kit_bytes changed = {0};
    size_t n = 0;
    assert_ok(ur_ecies_open(out, &n, d, ct));
    assert_true(ur_span_eq_var(ur_span_of(out, n), text));
    assert_int_equal(ur_ecies_bytes(n), ct.n);
    kit_put(&changed, ct.p, ct.n);
    changed.p[0] ^= 1;
    assert_status(ur_ecies_open(out, &n, d, kit_span(&changed)), UR_E_PROOF);
    kit_free(&changed);
    free(out);
}

static size_t ecies_cases(ur_json v)
{
    const ur_secp_secret d = secret_of(v, "recipient_priv");
    ur_secp_pub pub;
    uint8_t pub_bytes[UR_SECP_PUB_BYTES];
    ur_json_iter it;
    size_t n = 0;
    ur_secp_pub_of(&pub, &d);
    ur_secp_pub_write(pub_bytes, &pub);
    same_hex(pub_bytes, sizeof pub_bytes, v, "recipient_pub_compressed");
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "cases")));
    for (ur_json c; ur_json_next_var(&it, &c); n++) {
        kit_bytes ct = hex_of(c, "ciphertext"), text = hex_of(c, "plaintext");
        ecies_opens(kit_span(&ct), &d, kit_span(&text));
        if (has(c, "ephemeral_priv")) {
            const ur_secp_secret ephemeral = secret_of(c, "ephemeral_priv");
            uint8_t iv[UR_ECIES_IV_BYTES], *made = malloc(ct.n);
            hex_exact(iv, sizeof iv, c, "iv");
            assert_int_equal(ur_ecies_bytes(text.n), ct.n);
            assert_ok(ur_ecies_seal_with(made, &pub, kit_span(&text), &ephemeral, iv));
            same_hex(made, ct.n, c, "ciphertext");
            free(made);
        }
        kit_free(&ct);
        kit_free(&text);
    }
    return n;
}

static size_t btcec_pyelliptic(ur_json v)
{
    const ur_secp_secret d = secret_of(v, "private_key");
    kit_bytes ct = hex_of(v, "ciphertext"), text = string_of(v, "plaintext");
    ecies_opens(kit_span(&ct), &d, kit_span(&text));
    kit_free(&ct);
    kit_free(&text);
    return 1;
}

static size_t pep_sh_encrypted_keyshare(ur_json v)
{
    const ur_json p = ur_json_get_var(v, "published");
    const ur_secp_secret d = secret_of(p, "recipient_private_key");
    kit_bytes ct = hex_of(p, "encrypted_keyshare_hex");
    ecies_opens(kit_span(&ct), &d, field(ur_json_get_var(v, "derived"), "plaintext_ascii"));
    kit_free(&ct);
    return 1;
}

static size_t private_decryption_tutorial(ur_json v)
{
    const ur_json p = ur_json_get_var(v, "published");
    const ur_secp_secret d = secret_of(p, "requester_secp256k1_private_key");
    kit_bytes ct = hex_of(p, "encrypted_keyshare_hex");
    ecies_opens(kit_span(&ct), &d, field(ur_json_get_var(ur_json_get_var(v, "derived"), "ecies"), "plaintext_ascii"));
    kit_free(&ct);
    return 1 + published_file(v);
}

static size_t encrypted_master_shares(ur_json v)
{
    const ur_secp_secret d = secret_of(v, "validator_secp256k1_private_key");
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "entries")));
    for (ur_json e; ur_json_next_var(&it, &e); n++) {
        uint8_t ct[1000], share[32], pub[UR_G1_BYTES];
        size_t ct_n = 0;
        ur_scalar s;
        ur_g1 point;
        assert_ok(ur_json_base64_upto_var(ct, sizeof ct, &ct_n, ur_json_get_var(e, "encrypted_keyshare_base64")));
        hex_exact(share, 32, ur_json_get_var(e, "derived"), "plaintext_share_scalar_be");
        ecies_opens(ur_span_of(ct, ct_n), &d, ur_span_of(share, 32));
        assert_ok(ur_scalar_parse(&s, share));
        ur_g1_mul(&point, ur_g1_generator(), &s);
        ur_g1_write(pub, &point);
        bool one = number(e, "number_of_validators") == 1;
        if (one) { /* then the share is the master key */
            same_hex(pub, sizeof pub, e, "public_key_g1");
        }
    }
    return n;
}

static size_t devnet_accounts(ur_json v)
{
    ur_json_iter it;
    size_t n = 0;
    assert_ok(ur_json_array_var(&it, ur_json_get_var(v, "accounts")));
    for (ur_json a; ur_json_next_var(&it, &a); n++) {
        const ur_secp_secret d = secret_of(a, "private_key");
        ur_secp_pub pub;
        uint8_t bytes[UR_SECP_PUB_BYTES], want[UR_SECP_PUB_BYTES], address[UR_SECP_ADDRESS_BYTES];
        char text[UR_BECH32_MAX];
        size_t text_n = 0;
        ur_secp_pub_of(&pub, &d);
        ur_secp_pub_write(bytes, &pub);
        assert_ok(ur_json_base64_var(want, sizeof want, ur_json_get_var(a, "public_key_base64")));
        assert_memory_equal(bytes, want, sizeof bytes);
        assert_ok(ur_secp_address(address, &pub));
        assert_ok(ur_bech32_encode_var(text, sizeof text, &text_n, UR_SPAN_LIT("fairy"), ur_span_of(address, sizeof address)));
        assert_true(ur_span_eq_var(ur_span_of(text, text_n), field(a, "address")));
    }
    return n;
}

/* ---- the table ---- */

static const struct {
    const char *name;
    size_t (*run)(ur_json);
} kinds[] = {
    {"fairyring/deterministic_files", deterministic_files},
    {"fairyring/upstream_run_files", upstream_run_files},
    {"fairyring/upstream_reader_leniency", upstream_reader_leniency},
    {"fairyring/ciphertext_only", ciphertext_only},
    {"fairyring/private_decryption_tutorial", private_decryption_tutorial},
    {"fairyring/pep_sh_decrypt_data", published_file},
    {"fairyring/pep_sh_encrypted_keyshare", pep_sh_encrypted_keyshare},
    {"fairyring/btcec_pyelliptic", btcec_pyelliptic},
    {"fairyring/upstream_run_ecies", ecies_cases},
    {"fairyring/deterministic_ecies", ecies_cases},
    {"fairyring/encrypted_master_shares", encrypted_master_shares},
    {"fairyring/devnet_accounts", devnet_accounts},
    {"drand/tlock_files", tlock_files},
    {"drand/tlock_ciphertext_only", tlock_ciphertext_only},
    {"drand/must_fail", must_fail},
};

static size_t files;

static void every_file(void **state)
{
    (void)state;
    uint8_t *base = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char path[4096];
        uint8_t *text = NULL;
        size_t n = 0;
        ur_json v;
        (void)snprintf(path, sizeof path, "%s/%s.json", vectors_folder(), kinds[i].name);
        ur_status s = ur_file_read(&text, &n, path, (size_t)64 << 20, NULL);
        if (s == UR_E_ABSENT) {
            print_message("%-40s not there\n", kinds[i].name);
            continue;
        }
        assert_ok(s);
        assert_ok(ur_json_parse_var(&v, ur_span_of(text, n)));
        print_message("%-40s ", kinds[i].name);
        size_t cases = kinds[i].run(v);
        print_message("%zu cases\n", cases);
        assert_true(cases > 0);
        files++;
        if (i == 0) {
            base = text;
            base_text = ur_span_of(text, n);
        } else {
            free(text);
        }
    }
    free(base);
    assert_true(files > 0 || vectors_named() != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_file)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed == 0 && files == 0 ? VECTORS_SKIPPED : failed;
}
