/* Empty blocks of real chains, encoded again from their headers and the commits before: their parts are those that their ids name. */
#include "tests/light/captured.h"
#include "tests/vectors/areas.h"

#include "lib/ledger/block_bytes.h"

static unsigned compared;

static bool is_empty(const ur_comet_header *h)
{
    uint8_t none[UR_SHA256_BYTES];
    ur_sha256_of(none, (ur_span){0});
    return ur_eq_var(h->data.bytes, none, sizeof none) && ur_eq_var(h->evidence.bytes, none, sizeof none);
}

static void one_block(const ur_light_block *b, const ur_comet_commit *last)
{
    ur_block_id id = {0};
    ur_writer w;
    ur_span bytes;
    size_t room = ur_block_bytes_max(NULL, 0, last);
    uint8_t *buf = malloc(room);
    assert_non_null(buf);
    ur_writer_init(&w, buf, room);
    ur_block_bytes_write(&w, &b->header, NULL, 0, last);
    assert_ok(ur_writer_end(&w, &bytes));
    ur_block_bytes_parts(&id, bytes);
    assert_int_equal(id.parts_total, b->commit.block.parts_total);
    assert_memory_equal(id.parts_hash.bytes, b->commit.block.parts_hash.bytes, UR_SHA256_BYTES);
    free(buf);
    compared++;
}

static void one_file(const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/ledger/%s", vectors_folder(), name);
    ur_span text = read_whole(path);
    ur_json block;
    ur_json_iter it;
    ur_light_block *now = calloc(1, sizeof *now), *before = calloc(1, sizeof *before);
    assert_true(now != NULL && before != NULL);
    assert_ok(ur_json_array_var(&it, ur_json_get_var(parse_whole(text), "blocks")));
    while (ur_json_next_var(&it, &block)) {
        ur_light_block *swap = before;
        before = now;
        now = swap;
        assert_ok(block_of(now, ur_json_get_var(ur_json_get_var(block, "commit"), "signed_header"),
                           ur_json_get_var(ur_json_get_var(block, "validators"), "validators")));
        uint8_t hash[UR_SHA256_BYTES];
        ur_comet_commit_hash_var(hash, &before->commit);
        if (now->header.height == before->header.height + 1 && is_empty(&now->header) && ur_eq_var(hash, now->header.last_commit.bytes, sizeof hash)) {
            one_block(now, &before->commit);
        }
    }
    free(now);
    free(before);
    free((void *)(uintptr_t)text.p);
}

static void empty_blocks(void **state)
{
    (void)state;
    one_file("wasmd_0.61.14.json");
    one_file("wasmd_0.61.14_four_validators.json");
    one_file("fairyringd_0.11.0.json");
    print_message("blocks encoded as their chains did: %u\n", compared);
    assert_true(compared > 1);
}

int main(void)
{
    if (vectors_skipped("ledger")) {
        return VECTORS_SKIPPED;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(empty_blocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
