/* Images that a policy's release authority adds, each with the instant of its addition: keypers count it once the policy's
 * delay has passed. One record for a vault:
 *
 *   I   format 1, then for each: time 8, height 8, length 2, JSON
 *
 * Signatures can be sent again by anybody, so the same image is refused: else an old one would fill the record. */
#include "contract/machine/handlers.h"
#include "contract/machine/record.h"
#include "contract/machine/vault.h"

#include "core/codec/hex.h"

enum { HEAD_BYTES = 8 + 8 + 2 };

/* ---- the record ---- */

typedef struct images {
    ur_reader r;
    ur_span all; /* empty: there is no record */
} images;

static ur_status open_images(uc_call *c, uint64_t vault, images *out)
{
    ur_key k;
    ur_status st = uc_get(c, ur_key_images(&k, vault), &out->all);
    ur_reader_init(&out->r, out->all);
    if (st != UR_OK) {
        return st == UR_E_ABSENT ? UR_OK : st;
    }
    return uc_record_done(uc_read_format(&out->r));
}

/* UR_E_ABSENT at the end. */
static ur_status next_image(images *i, ur_instant *added, ur_span *image)
{
    uint16_t n;
    if (ur_reader_left(&i->r) == 0) {
        return UR_E_ABSENT;
    }
    bool whole = ur_reader_u64be(&i->r, &added->time_ns) == UR_OK && ur_reader_u64be(&i->r, &added->height) == UR_OK &&
                 ur_reader_u16be(&i->r, &n) == UR_OK && ur_reader_bytes(&i->r, image, n) == UR_OK;
    return whole ? UR_OK : UR_E_INTERNAL;
}

/* Whether one more fits, and is not there yet. */
static ur_status check_new(uc_call *c, images *i, ur_span image)
{
    ur_instant added;
    ur_span other;
    uint32_t count = 0;
    ur_status st;
    while ((st = next_image(i, &added, &other)) == UR_OK) {
        if (ur_span_eq_var(other, image)) {
            return uc_refuse(c, UC_ERROR_known_image, "image");
        }
        count++;
    }
    if (st != UR_E_ABSENT) {
        return st;
    }
    return count < UC_IMAGES_MAX ? UR_OK : uc_refuse(c, UC_ERROR_images_full, "image");
}

static ur_status append(uc_call *c, uint64_t vault, const images *i, ur_span image)
{
    ur_key k;
    ur_writer w;
    ur_span record;
    size_t cap = i->all.n + 1 + HEAD_BYTES + image.n;
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    ur_writer_init(&w, buf, cap);
    if (i->all.n == 0) {
        ur_writer_u8(&w, UC_RECORD_FORMAT);
    }
    ur_writer_span(&w, i->all);
    ur_writer_u64be(&w, c->now.time_ns);
    ur_writer_u64be(&w, c->now.height);
    ur_writer_u16be(&w, (uint16_t)image.n);
    ur_writer_span(&w, image);
    return ur_writer_end(&w, &record) == UR_OK ? uc_put(c, ur_key_images(&k, vault), record) : UR_E_INTERNAL;
}

/* ---- the authority: as many signatures as its quorum asks for, of different keys, in the order of the policy ---- */

static ur_status read_signature(uc_call *c, uint32_t *place, uint8_t sig[64], ur_json v)
{
    enum { KEY, SIGNATURE, COUNT };
    static const char *const names[COUNT] = {"key", "signature"};
    uc_args a;
    UR_TRY(uc_args_read(c, &a, names, COUNT, v));
    UR_TRY(uc_args_u32(&a, KEY, UR_TEE_LIST_MAX, place));
    return uc_args_base64(&a, SIGNATURE, sig, 64);
}

/* The authority's key at this place, moving on in the list. UR_E_ABSENT past its end or before where it is. */
static ur_status key_at(ur_json_iter *keys, uint32_t *at, uint32_t place, uint8_t key[UR_INSTANCE_KEY_BYTES])
{
    ur_json v;
    while (*at <= place && ur_json_next_var(keys, &v)) {
        if ((*at)++ == place) {
            return ur_json_hex_var(key, UR_INSTANCE_KEY_BYTES, v);
        }
    }
    return UR_E_ABSENT;
}

static ur_status check_signatures(uc_call *c, const ur_tee_policy *tee, const uint8_t hash[UR_SHA256_BYTES], ur_json list)
{
    ur_json_iter signatures, keys;
    ur_json v;
    uint32_t place, at = 0;
    uint8_t sig[64], key[UR_INSTANCE_KEY_BYTES];
    UR_TRY(uc_check(c, ur_json_array_var(&signatures, list), UC_ERROR_malformed, "signatures"));
    UR_TRY(ur_json_array_var(&keys, (ur_json){tee->release_keys}));
    if (ur_json_count_var(list) != tee->release_quorum) {
        return uc_refuse(c, UC_ERROR_authority, "signatures");
    }
    while (ur_json_next_var(&signatures, &v)) {
        UR_TRY(read_signature(c, &place, sig, v));
        UR_TRY(uc_check(c, key_at(&keys, &at, place, key), UC_ERROR_authority, "key"));
        UR_TRY(uc_check(c, uc_verify(c, hash, sig, key), UC_ERROR_signature, "signature"));
    }
    return UR_OK;
}

/* ---- add_image ---- */

static ur_status check_authority(uc_call *c, uint64_t vault, const ur_policy *p, ur_span image, ur_json signatures)
{
    uint8_t hash[UR_SHA256_BYTES];
    ur_image_statement s = {.chain_id = c->chain_id, .contract = c->contract, .vault = vault, .image = image};
    if (!p->has_tee || !p->tee.has_release_authority) {
        return uc_refuse(c, UC_ERROR_authority, "vault");
    }
    memcpy(s.policy_hash, p->hash, sizeof s.policy_hash);
    UR_TRY(uc_check(c, ur_image_statement_hash(hash, &s), UC_ERROR_too_long, "image"));
    UR_TRY(uc_check(c, ur_tee_image_check(image), UC_ERROR_malformed, "image"));
    return check_signatures(c, &p->tee, hash, signatures);
}

static ur_status load_unended(uc_call *c, uint64_t vault)
{
    uc_vault v;
    UR_TRY(uc_vault_load(c, vault, &v));
    return v.state == UC_VAULT_ACTIVE || uc_vault_is_fenced(&v) ? UR_OK : uc_refuse(c, UC_ERROR_ended, "vault");
}

ur_status uc_add_image(uc_call *c, ur_json args)
{
    enum { VAULT, IMAGE, SIGNATURES, COUNT };
    static const char *const names[COUNT] = {"vault", "image", "signatures"};
    uc_args a;
    ur_policy *p;
    images i;
    uint64_t vault;
    UR_TRY(uc_args_read(c, &a, names, COUNT, args));
    UR_TRY(uc_args_u64(&a, VAULT, &vault));
    UR_TRY(load_unended(c, vault));
    UR_TRY(uc_policy_load(c, vault, &p));
    ur_span image = a.value[IMAGE].raw;
    UR_TRY(open_images(c, vault, &i));
    UR_TRY(check_new(c, &i, image));
    UR_TRY(check_authority(c, vault, p, image, a.value[SIGNATURES]));
    uc_event_begin(c, UC_EVENT_image_added);
    uc_attr_u64(c, "vault", vault);
    uc_attr_text(c, "image", image);
    return append(c, vault, &i, image);
}

/* ---- images ---- */

static bool is_in_force(ur_instant added, uint64_t delay_s, uint64_t at_ns)
{
    uint64_t delay_ns = delay_s * 1000000000u; /* ten years at most: fits */
    return added.time_ns <= UINT64_MAX - delay_ns && added.time_ns + delay_ns <= at_ns;
}

ur_status uc_images_in_force(uc_call *c, uint64_t vault, uint64_t delay_s, uint64_t at_ns, ur_span *list)
{
    images i;
    ur_instant added;
    ur_span image, all;
    ur_writer w;
    ur_status st;
    *list = (ur_span){NULL, 0};
    UR_TRY(open_images(c, vault, &i));
    size_t cap = i.all.n + 2 + UC_IMAGES_MAX;
    uint8_t *buf = uc_take(c, cap, 1);
    if (buf == NULL) {
        return UR_E_MEMORY;
    }
    ur_writer_init(&w, buf, cap);
    ur_writer_u8(&w, '[');
    while ((st = next_image(&i, &added, &image)) == UR_OK) {
        if (is_in_force(added, delay_s, at_ns)) {
            ur_writer_str(&w, w.n > 1 ? "," : "");
            ur_writer_span(&w, image);
        }
    }
    ur_writer_u8(&w, ']');
    UR_TRY(st == UR_E_ABSENT ? UR_OK : st);
    UR_TRY(uc_record_done(ur_writer_end(&w, &all)));
    *list = all.n > 2 ? all : (ur_span){NULL, 0};
    return UR_OK;
}

ur_status uc_query_images(uc_call *c, ur_json args)
{
    static const char *const names[] = {"vault"};
    uc_args a;
    uc_vault v;
    images i;
    ur_key k;
    ur_instant added;
    ur_span image;
    uint64_t vault;
    ur_status st;
    UR_TRY(uc_args_read(c, &a, names, 1, args));
    UR_TRY(uc_args_u64(&a, 0, &vault));
    UR_TRY(uc_vault_load(c, vault, &v));
    UR_TRY(open_images(c, vault, &i));
    ur_json_writer *j = uc_answer(c);
    ur_json_begin_object(j);
    ur_json_key(j, "images");
    ur_json_begin_array(j);
    while ((st = next_image(&i, &added, &image)) == UR_OK) {
        ur_json_begin_object(j);
        ur_json_key(j, "added");
        ur_json_begin_object(j);
        ur_json_key(j, "height");
        ur_json_put_u64(j, added.height);
        ur_json_key(j, "time_ns");
        ur_json_put_u64_text(j, added.time_ns);
        ur_json_end_object(j);
        ur_json_key(j, "image");
        ur_json_put_raw(j, (ur_json){image});
        ur_json_end_object(j);
    }
    ur_json_end_array(j);
    ur_json_key(j, "key");
    ur_json_put_base64(j, ur_key_images(&k, vault));
    ur_json_end_object(j);
    return st == UR_E_ABSENT ? UR_OK : st;
}
