#include <string.h>

#include "core/codec/bech32.h"
#include "core/codec/hex.h"
#include "programs/cli/light/store.h"
#include "programs/cli/printable.h"

/* The key as the store has it: with --contract behind 03 and the contract's address. */
static ur_status make_key(cli *c, ur_writer *w)
{
    const char *contract = cli_value(c, "contract"), *key = cli_value(c, "KEY");
    uint8_t bytes[UR_VIEW_KEY_MAX], address[32];
    char hrp[UR_BECH32_HRP_MAX];
    uint8_t data[UR_BECH32_DATA_MAX];
    size_t n = 0, hrp_n, address_n = 0;
    if (contract != NULL) {
        if (ur_bech32_decode_var(hrp, &hrp_n, data, &address_n, ur_span_str_var(contract)) != UR_OK || address_n != sizeof address) {
            return cli_fail(c, UR_E_USAGE, "--contract takes a contract's address (bech32, 32 bytes)");
        }
        ur_writer_u8(w, 3);
        ur_writer_bytes(w, data, address_n);
    }
    if (cli_given(c, "text")) {
        ur_writer_str(w, key);
    } else if (ur_hex_decode_upto(bytes, sizeof bytes, &n, ur_span_str_var(key)) == UR_OK) {
        ur_writer_bytes(w, bytes, n);
    } else {
        cli_hint(c, "--text takes it as it stands");
        return cli_fail(c, UR_E_USAGE, "KEY takes hex digits");
    }
    return w->n > 0 && !w->overflow ? UR_OK : cli_fail(c, UR_E_USAGE, "KEY has 1 to %d bytes", UR_VIEW_KEY_MAX);
}

static void say_record(cli *c, const ur_view_records *r, ur_span key)
{
    const ur_view_record *record = &r->record[0];
    cli_say_verdict(c, "record", record->present, record->present ? "present" : "absent");
    cli_say_hex(c, "key", key.p, key.n);
    if (record->present) {
        cli_say_hex(c, "value", record->value.p, record->value.n);
        if (cli_all_printable(record->value, true)) {
            cli_say_span(c, "text", record->value);
        }
    }
    cli_object_begin(c, "proven_under");
    light_say_header(c, &r->header);
    cli_object_end(c);
}

ur_status cli_light_get(cli *c)
{
    uint8_t buf[UR_VIEW_KEY_MAX];
    ur_writer w;
    light_view v;
    ur_view_records r;
    ur_writer_init(&w, buf, sizeof buf);
    UR_TRY(make_key(c, &w));
    const char *store = cli_value(c, "name");
    const ur_span key = ur_span_of(buf, w.n);
    UR_TRY(light_view_open(c, &v));
    ur_status st = ur_view_get(v.view, &r, ur_span_str_var(store != NULL ? store : "wasm"), &key, 1,
                               (int64_t)cli_number(c, "under", 0), light_wait_ms(c), cli_err(c));
    light_view_close(&v);
    if (st == UR_OK) {
        say_record(c, &r, key);
        st = r.record[0].present ? UR_OK : UR_E_ABSENT; /* the answer is no */
        ur_view_records_free(&r);
    }
    return st;
}
