/* Sealed files: FairyRing's and drand's timelock. */
#include "tests/vectors/vec.h"

#include "core/hash/hash.h"
#include "core/tibe/hash.h"
#include "lib/seal/seal.h"

/* ---- memory as source and sink ---- */

typedef struct block {
    uint8_t p[VEC_BYTES_MAX];
    size_t n;
} block;

static ur_status put(void *context, const uint8_t *p, size_t n, ur_err *err)
{
    block *b = context;
    if (n > sizeof b->p - b->n) {
        return ur_err_set(err, UR_E_LIMIT, "no room");
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
    return UR_OK;
}

static ur_sink sink_of(block *b)
{
    b->n = 0;
    return (ur_sink){b, put};
}

/* Open with a key, or, if that is NULL, with the file key. */
static ur_status open_file(block *out, ur_span bytes, const ur_tibe_key *key, ur_span file_key)
{
    ur_reader r;
    ur_err err;
    ur_sealed *sealed;
    const ur_sink sink = sink_of(out);
    ur_err_clear(&err);
    ur_reader_init(&r, bytes);
    const ur_source source = ur_source_of_reader(&r);
    UR_TRY(ur_sealed_begin(&sealed, &source, &err));
    ur_status st = key != NULL ? ur_sealed_open(sealed, &sink, key, &err)
                               : ur_sealed_open_with(sealed, &sink, file_key, &err);
    ur_sealed_free(&sealed);
    return st;
}

static block plain, other;

/* Header, ciphertext of the file key, and how much content a file has. */
typedef struct facts {
    ur_seal_header header;
    ur_seal_form form;
    ur_tibe_ct ct;
    ur_status ct_status;
    uint64_t content_n;
} facts;

static void look(facts *f, ur_span bytes)
{
    ur_reader r;
    ur_sealed *sealed;
    ur_reader_init(&r, bytes);
    const ur_source source = ur_source_of_reader(&r);
    vec_ok(ur_sealed_begin(&sealed, &source, NULL));
    f->header = *ur_sealed_header(sealed);
    f->form = ur_sealed_form(sealed);
    f->ct_status = ur_sealed_ct(&f->ct, sealed, NULL);
    vec_ok(ur_sealed_measure(sealed, &f->content_n, NULL));
    ur_sealed_free(&sealed);
}

static void hkdf(uint8_t out[32], ur_span key, ur_span salt, const char *info)
{
    vec_ok(ur_hkdf256(out, 32, key, salt, ur_span_str_var(info)));
}

/* Of a binary file with this file key: the values on the way that a case names. */
static void check_keys(ur_span bytes, const facts *f, ur_span file_key, ur_json v)
{
    uint8_t k[32];
    size_t header_n = ur_seal_header_find_var(bytes);
    vec_must(header_n > 0 && bytes.n >= header_n + 16, "a header and a nonce");
    ur_span header = ur_span_of(bytes.p, header_n), nonce = ur_span_of(bytes.p + header_n, 16);
    vec_ok(ur_seal_header_check(&f->header, header, file_key));
    if (vec_has(v, "header_text")) { /* with or without its last line end */
        ur_span want = vec_text(v, "header_text");
        vec_must(want.n <= header.n && want.n + 1 >= header.n && ur_eq_var(want.p, header.p, want.n), "header_text");
    }
    hkdf(k, file_key, ur_span_of(NULL, 0), "header");
    vec_same_if_there(ur_span_of(k, 32), v, "mac_key");
    vec_same_if_there(ur_span_of(k, 32), v, "header_mac_key");
    vec_same_if_there(ur_span_of(f->header.mac, 32), v, "mac");
    vec_same_if_there(ur_span_of(f->header.mac, 32), v, "header_mac");
    vec_same_if_there(nonce, v, "nonce");
    vec_same_if_there(nonce, v, "payload_nonce");
    hkdf(k, file_key, nonce, "payload");
    vec_same_if_there(ur_span_of(k, 32), v, "stream_key");
    vec_same_if_there(file_key, v, "file_key");
    vec_same_if_there(ur_span_of(f->header.body, f->header.body_n), v, "stanza_body");
    vec_same_if_there(ur_span_of(f->header.body, f->header.body_n), v, "stanza_body_112");
    vec_same_if_there(ur_span_of(f->header.body, UR_G1_BYTES), v, "U");
    vec_same_if_there(ur_span_of(f->header.body + 48, 32), v, "V");
    vec_same_if_there(ur_span_of(f->header.body + 80, 32), v, "W");
}

/* The file in binary, whatever it was. */
static ur_span to_binary(block *out, ur_span bytes)
{
    ur_reader r;
    ur_form_in in;
    ur_reader_init(&r, bytes);
    const ur_source source = ur_source_of_reader(&r);
    vec_ok(ur_form_in_begin(&in, &source, NULL));
    const ur_source binary = ur_source_of_form(&in);
    vec_ok(ur_source_fill(&binary, out->p, sizeof out->p, &out->n, NULL));
    return ur_span_of(out->p, out->n);
}

/* Everything about a file that its key opens. mpk and id may be NULL where they are not known. */
static ur_span check_file(ur_span bytes, const ur_tibe_key *key, const ur_tibe_pub *mpk, const ur_tibe_id *id, ur_json v)
{
    facts f;
    ur_tibe_msg msg;
    ur_tibe_key wrong;
    bytes = to_binary(&other, bytes);
    look(&f, bytes);
    vec_must(f.ct_status == UR_OK, "a ciphertext");
    vec_decrypt(&msg, &f.ct, key, mpk, id, v);
    check_keys(bytes, &f, ur_tibe_msg_reveal(&msg), v);
    vec_ok(open_file(&plain, bytes, NULL, ur_tibe_msg_reveal(&msg)));
    vec_ok(open_file(&plain, bytes, key, ur_span_of(NULL, 0)));
    vec_must(plain.n == f.content_n, "as long as it was measured");
    ur_span content = ur_span_of(plain.p, plain.n);
    /* another key, and a file that is cut or changed */
    static block junk;
    ur_g2_neg(&wrong.d, &key->d);
    vec_must(open_file(&junk, bytes, &wrong, ur_span_of(NULL, 0)) == UR_E_PROOF, "another key");
    vec_must(open_file(&junk, ur_span_of(bytes.p, bytes.n - 1), key, ur_span_of(NULL, 0)) != UR_OK, "a cut file");
    other.p[bytes.n - 1] ^= 1;
    vec_must(open_file(&junk, bytes, key, ur_span_of(NULL, 0)) == UR_E_PROOF, "a changed file");
    return content;
}

static bool counts_up(ur_span content)
{
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] != i % 251) {
            return false;
        }
    }
    return true;
}

/* ---- FairyRing ---- */

size_t vec_private_decryption_tutorial(ur_json file)
{
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_tibe_id id;
    vec_pub(&mpk, file, "published.master_public_key_g1");
    vec_key(&key, file, "published.decryption_key_g2");
    vec_ok(ur_tibe_id_hash(&id, vec_text(file, "published.identity")));
    vec_g2_same(&id.q, file, "derived.qid_g2");
    vec_must(vec_true(file, "derived.pairing_check_mpk_qid_equals_g1_dk"), "pairing");
    vec_ok(ur_tibe_key_check_var(&mpk, &key, &id));
    vec_tutorial_keyshare(file);
    ur_json derived = vec_at(file, "derived.file");
    ur_span content = check_file(vec_hex(file, "published.ciphertext_hex"), &key, &mpk, &id, derived);
    vec_same_text(content, file, "published.plaintext");
    vec_same(content, derived, "plaintext_hex");
    vec_same_text(content, derived, "plaintext_utf8");
    /* the hex text itself is a form that is read */
    vec_ok(open_file(&plain, vec_text(file, "published.ciphertext_hex"), &key, ur_span_of(NULL, 0)));
    vec_same_text(ur_span_of(plain.p, plain.n), file, "published.plaintext");
    return 1;
}

size_t vec_pep_sh_decrypt_data(ur_json file)
{
    ur_tibe_pub mpk;
    ur_tibe_key key;
    vec_pub(&mpk, file, "published.master_public_key_g1");
    vec_key(&key, file, "published.decryption_key_g2");
    ur_json derived = vec_at(file, "derived.file");
    ur_span content = check_file(vec_hex(file, "published.ciphertext_hex"), &key, NULL, NULL, derived);
    vec_same(content, derived, "plaintext_hex");
    vec_same_text(content, derived, "plaintext_utf8");
    return 1;
}

size_t vec_ciphertext_only(ur_json file)
{
    ur_json_iter it = vec_array(file, "entries");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        facts f;
        ur_span bytes = vec_hex(v, "ciphertext_hex");
        look(&f, bytes);
        vec_must(f.header.kind == UR_SEAL_DISTIBE, "stanza_line");
        vec_same_text(UR_SPAN_LIT("-> distIBE"), v, "derived.stanza_line");
        vec_must((f.ct_status == UR_OK) == vec_true(v, "derived.U_is_valid_g1"), "U_is_valid_g1");
        vec_same(ur_span_of(f.header.body, 48), v, "derived.U");
        vec_same(ur_span_of(f.header.body + 48, 32), v, "derived.V");
        vec_same(ur_span_of(f.header.body + 80, 32), v, "derived.W");
        vec_same(ur_span_of(f.header.mac, 32), v, "derived.header_mac");
        size_t payload = bytes.n - ur_seal_header_find_var(bytes);
        vec_must(payload == vec_number(v, "derived.payload_len"), "payload_len");
        vec_must(f.content_n == vec_number(v, "derived.plaintext_len"), "plaintext_len");
        static const uint64_t widths[3] = {64, 64, 22};
        ur_json_iter lines = vec_array(v, "derived.body_line_lengths");
        ur_json width;
        size_t line = 0;
        while (ur_json_next_var(&lines, &width)) {
            vec_must(line < 3 && vec_number(width, "") == widths[line], "body_line_lengths");
            line++;
        }
        vec_must(line == 3, "three lines");
    }
    return i;
}

size_t vec_upstream_run_files(ur_json file)
{
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_tibe_id id;
    ur_json_iter it = vec_array(file, "files");
    ur_json v;
    size_t i = 0;
    vec_pub(&mpk, file, "mpk_g1");
    vec_key(&key, file, "decryption_key_g2");
    vec_ok(ur_tibe_id_hash(&id, vec_text(file, "identity")));
    while (vec_next(&it, &i, &v)) {
        ur_span bytes = vec_has(v, "file_hex") ? vec_hex(v, "file_hex") : vec_base64(v, "file_base64");
        ur_span content = check_file(bytes, &key, &mpk, &id, v);
        vec_must(content.n == vec_number(v, "plaintext_len") && counts_up(content), "content");
    }
    return i;
}

/* The file that the values of deterministic_files.json make, for content of n bytes. */
static ur_span make_file(block *out, ur_json file, size_t n, ur_seal_form form)
{
    static uint8_t content[VEC_BYTES_MAX];
    ur_tibe_pub mpk;
    ur_tibe_id id;
    ur_tibe_msg msg;
    ur_tibe_ct ct;
    uint8_t file_key[32], sigma[32], nonce[UR_PAYLOAD_NONCE_BYTES], body[UR_TIBE_CT_MAX];
    ur_seal_header h = {.kind = UR_SEAL_DISTIBE};
    vec_must(n <= sizeof content, "size");
    for (size_t i = 0; i < n; i++) {
        content[i] = (uint8_t)(i % 251);
    }
    vec_pub(&mpk, file, "mpk");
    vec_ok(ur_tibe_id_hash(&id, vec_text(file, "identity")));
    vec_hex_to(file_key, sizeof file_key, file, "file_key");
    vec_hex_to(sigma, sizeof sigma, file, "sigma");
    vec_hex_to(nonce, sizeof nonce, file, "payload_nonce");
    vec_ok(ur_tibe_msg_set(&msg, file_key, sizeof file_key));
    vec_ok(ur_tibe_encrypt(&ct, &mpk, &id, &msg, sigma));
    ur_span written = ur_tibe_ct_write(body, &ct);
    h.body_n = written.n;
    memcpy(h.body, written.p, written.n);
    ur_reader r;
    ur_reader_init(&r, ur_span_of(content, n));
    const ur_source source = ur_source_of_reader(&r);
    const ur_sink sink = sink_of(out);
    vec_ok(ur_seal_stream_with(&sink, &source, &h, ur_span_of(file_key, sizeof file_key), nonce, form, NULL));
    return ur_span_of(out->p, out->n);
}

size_t vec_deterministic_files(ur_json file)
{
    static block made;
    ur_tibe_pub mpk;
    ur_tibe_key key;
    ur_tibe_id id;
    ur_json_iter it = vec_array(file, "files");
    ur_json v;
    size_t i = 0;
    vec_pub(&mpk, file, "mpk");
    vec_key(&key, file, "decryption_key");
    vec_ok(ur_tibe_id_hash(&id, vec_text(file, "identity")));
    while (vec_next(&it, &i, &v)) {
        size_t n = (size_t)vec_number(v, "plaintext_len");
        if (vec_has(v, "armored")) {
            make_file(&made, file, n, UR_SEAL_ARMOR);
            vec_same_text(ur_span_of(made.p, made.n), v, "armored");
        } else {
            uint8_t hash[32];
            make_file(&made, file, n, UR_SEAL_BINARY);
            vec_must(made.n == vec_number(v, "file_len"), "file_len");
            ur_sha256_of(hash, ur_span_of(made.p, made.n));
            vec_same(ur_span_of(hash, sizeof hash), v, "file_sha256");
            vec_same_if_there(ur_span_of(made.p, made.n), v, "file_hex");
        }
        ur_span content = check_file(ur_span_of(made.p, made.n), &key, &mpk, &id, file);
        vec_must(content.n == n && counts_up(content), "content");
    }
    return i;
}

/* Header and nonce of the base file; chunk 0 as one of many, then an empty last chunk. */
static void empty_last_chunk(block *b, ur_span file_key)
{
    uint8_t key[32], nonce[12] = {0}, tag_chunk[UR_AEAD_TAG_BYTES];
    static uint8_t chunk[UR_PAYLOAD_CHUNK], sealed[UR_PAYLOAD_SEALED];
    ur_aead *aead;
    size_t header_n = ur_seal_header_find_var(ur_span_of(b->p, b->n));
    for (size_t i = 0; i < sizeof chunk; i++) {
        chunk[i] = (uint8_t)(i % 251);
    }
    hkdf(key, file_key, ur_span_of(b->p + header_n, 16), "payload");
    vec_ok(ur_aead_new(&aead, key));
    vec_ok(ur_aead_seal(aead, sealed, nonce, ur_span_of(NULL, 0), chunk, sizeof chunk));
    nonce[10] = nonce[11] = 1;
    vec_ok(ur_aead_seal(aead, tag_chunk, nonce, ur_span_of(NULL, 0), chunk, 0));
    ur_aead_free(&aead);
    b->n = header_n + 16;
    vec_ok(put(b, sealed, sizeof sealed, NULL));
    vec_ok(put(b, tag_chunk, sizeof tag_chunk, NULL));
}

/* What upstream's reader lets pass: each is made by its recipe, compared with the hash, and refused. */
size_t vec_reader_leniency(ur_json file)
{
    static block made;
    uint8_t file_key[32], hash[32];
    ur_json_iter it = vec_array(file, "cases");
    ur_json v, base = vec_other_file("fairyring", "deterministic_files.json");
    size_t i = 0;
    vec_hex_to(file_key, sizeof file_key, base, "file_key");
    while (vec_next(&it, &i, &v)) {
        ur_json name = vec_at(v, "name");
        if (ur_json_is_var(name, UR_SPAN_LIT("trailing bytes after an exactly full final chunk"))) {
            make_file(&made, base, UR_PAYLOAD_CHUNK, UR_SEAL_BINARY);
            vec_ok(put(&made, (const uint8_t *)"garbage", 7, NULL));
        } else if (ur_json_is_var(name, UR_SPAN_LIT("empty final chunk after a full non-final chunk"))) {
            make_file(&made, base, UR_PAYLOAD_CHUNK, UR_SEAL_BINARY);
            empty_last_chunk(&made, ur_span_of(file_key, sizeof file_key));
        } else {
            vec_must(ur_json_is_var(name, UR_SPAN_LIT("extra arguments on the stanza line")), "a case we know");
            ur_span bytes = vec_hex(v, "file_hex");
            made.n = 0;
            vec_ok(put(&made, bytes.p, bytes.n, NULL));
        }
        if (vec_has(v, "file_sha256")) {
            ur_sha256_of(hash, ur_span_of(made.p, made.n));
            vec_same(ur_span_of(hash, sizeof hash), v, "file_sha256");
        }
        vec_must(open_file(&plain, ur_span_of(made.p, made.n), NULL, ur_span_of(file_key, sizeof file_key)) != UR_OK,
                 "refused");
    }
    return i;
}

/* ---- drand ---- */

static ur_span round_id(uint8_t out[32], uint64_t round)
{
    uint8_t be[8];
    for (size_t i = 0; i < 8; i++) {
        be[i] = (uint8_t)(round >> (56 - 8 * i));
    }
    ur_sha256_of(out, ur_span_of(be, sizeof be));
    return ur_span_of(out, 32);
}

/* Networks with their public key in G2 are not ours: their files are recognised and refused. What they hold shows that
 * all but the groups agrees, so it is computed here from the parts: e(signature, U), H2, H4, H3, U = r G2. */
static void swapped(ur_span bytes, ur_json v)
{
    facts f;
    uint8_t id_bytes[32], h[32], sigma[16], msg[16], first[32], r_bytes[32], b[UR_G2_BYTES];
    uint64_t iterations;
    ur_scalar r;
    ur_g1 sig, q;
    ur_g2 pub, u, again;
    ur_gt gt;
    look(&f, bytes);
    vec_must(f.header.kind == UR_SEAL_TLOCK && f.ct_status == UR_E_POLICY, "recognised and refused");
    vec_must(f.header.round == vec_number(v, "round"), "round");
    vec_same(ur_span_of(f.header.chain, 32), v, "chain_hash");
    vec_must(f.header.body_n == UR_G2_BYTES + 32, "a body with a point of G2");
    vec_hex_to(b, UR_G1_BYTES, v, "round_signature");
    vec_ok(ur_g1_parse(&sig, b));
    vec_hex_to(b, UR_G2_BYTES, v, "public_key");
    vec_ok(ur_g2_parse(&pub, b));
    ur_span tag = vec_text(v, "identity_hash_dst"), id = round_id(id_bytes, f.header.round);
    blst_p1 p;
    blst_hash_to_g1(&p, id.p, id.n, tag.p, tag.n, NULL, 0);
    blst_p1_to_affine(&q.v, &p);
    const ur_g1 *const ps[2] = {&q, &sig};
    const ur_g2 *const qs[2] = {&pub, ur_g2_minus_generator()};
    vec_ok(ur_pairing_check_var(ps, qs, 2)); /* the beacon's signature */
    vec_ok(ur_g2_parse(&u, f.header.body));
    ur_pairing(&gt, &sig, &u);
    ur_tibe_h2(h, 16, &gt);
    for (size_t i = 0; i < 16; i++) {
        sigma[i] = f.header.body[UR_G2_BYTES + i] ^ h[i];
    }
    vec_same(ur_span_of(sigma, 16), v, "sigma");
    ur_tibe_h4(h, 16, ur_span_of(sigma, 16));
    for (size_t i = 0; i < 16; i++) {
        msg[i] = f.header.body[UR_G2_BYTES + 16 + i] ^ h[i];
    }
    vec_same(ur_span_of(msg, 16), v, "file_key");
    vec_h3(&r, first, &iterations, ur_span_of(sigma, 16), ur_span_of(msg, 16));
    ur_scalar_write(r_bytes, &r);
    vec_same(ur_span_of(r_bytes, 32), v, "r");
    ur_g2_mul(&again, ur_g2_generator(), &r);
    vec_must(ur_g2_eq_var(&again, &u), "U = r G2");
    ur_span binary = to_binary(&other, bytes);
    check_keys(binary, &f, ur_span_of(msg, 16), v);
    vec_ok(open_file(&plain, binary, NULL, ur_span_of(msg, 16)));
    vec_same_text(ur_span_of(plain.p, plain.n), v, "plaintext");
}

size_t vec_tlock_files(ur_json file)
{
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_span bytes = vec_text(v, "armored");
        if (!ur_json_is_var(vec_at(v, "scheme"), UR_SPAN_LIT("pedersen-bls-unchained"))) {
            swapped(bytes, v);
            continue;
        }
        facts f;
        ur_tibe_pub mpk;
        ur_tibe_key key;
        ur_tibe_id id, same;
        uint8_t id_bytes[32];
        look(&f, bytes);
        vec_must(f.form == UR_SEAL_ARMOR && f.header.kind == UR_SEAL_TLOCK, "an armored timelock file");
        vec_must(f.header.round == vec_number(v, "round"), "round");
        vec_same(ur_span_of(f.header.chain, 32), v, "chain_hash");
        vec_pub(&mpk, v, "public_key");
        vec_key(&key, v, "round_signature");
        ur_tibe_id_of_round(&id, f.header.round);
        vec_ok(ur_tibe_id_hash(&same, round_id(id_bytes, f.header.round)));
        vec_must(ur_g2_eq_var(&id.q, &same.q), "the round's identity");
        vec_ok(ur_tibe_key_check_var(&mpk, &key, &id));
        vec_ok(open_file(&plain, bytes, &key, ur_span_of(NULL, 0))); /* as it stands, in armor */
        vec_same_text(ur_span_of(plain.p, plain.n), v, "plaintext");
        vec_same_text(check_file(bytes, &key, &mpk, &id, v), v, "plaintext");
    }
    return i;
}

size_t vec_tlock_ciphertext_only(ur_json file)
{
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        facts f;
        look(&f, vec_text(v, "armored"));
        vec_must(f.form == UR_SEAL_ARMOR && f.header.kind == UR_SEAL_TLOCK, "an armored timelock file");
        vec_must(f.header.round == vec_number(v, "round"), "round");
        vec_must(f.content_n == vec_text(v, "plaintext").n, "as long as its content");
        vec_must(f.ct_status == UR_E_POLICY && f.header.body_n == UR_G2_BYTES + 32, "a network with its key in G2");
    }
    return i;
}

size_t vec_must_fail(ur_json file)
{
    ur_json_iter it = vec_array(file, "cases");
    ur_json v;
    size_t i = 0;
    while (vec_next(&it, &i, &v)) {
        ur_tibe_key key;
        ur_tibe_msg msg;
        ur_tibe_ct ct;
        vec_must(ur_json_is_var(vec_at(v, "expect"), UR_SPAN_LIT("reject")), "a case to reject");
        vec_key(&key, v, "round_signature_g2");
        if (vec_has(v, "armored")) {
            ur_tibe_pub mpk;
            ur_tibe_id id;
            facts f;
            vec_pub(&mpk, v, "public_key_g1");
            ur_tibe_id_of_round(&id, vec_number(v, "round"));
            vec_must((ur_tibe_key_check_var(&mpk, &key, &id) == UR_OK) == vec_true(v, "signature_is_valid"), "signature");
            look(&f, vec_text(v, "armored"));
            vec_must(f.ct_status == UR_OK && ur_tibe_decrypt(&msg, &f.ct, &key) == UR_E_PROOF, "refused");
            vec_must(open_file(&plain, vec_text(v, "armored"), &key, ur_span_of(NULL, 0)) == UR_E_PROOF, "refused");
        } else {
            vec_ct(&ct, v);
            vec_must(ur_tibe_decrypt(&msg, &ct, &key) == UR_E_PROOF, "refused");
        }
    }
    return i;
}
