#include <stdlib.h>

#include "core/codec/hex.h"
#include "programs/cli/tee/common.h"

static ur_status write_out(cli *c, const uint8_t *quote, size_t n)
{
    cli_output out;
    const char *path = cli_value(c, "out");
    UR_TRY(cli_output_open(c, &out, path, CLI_OUTPUT_BINARY, cli_given(c, "force") ? UR_FILE_REPLACE : UR_FILE_NEW));
    return cli_output_end(c, &out, out.sink.write(out.sink.context, quote, n, cli_err(c)));
}

ur_status cli_tee_quote(cli *c)
{
    const ur_tee_options options = tee_options(c);
    uint8_t rd[UR_TEE_REPORT_DATA_BYTES], *quote = NULL;
    size_t n = 0;
    ur_tee *tee = NULL;
    UR_TRY(evidence_hex(c, rd, sizeof rd, "report-data"));
    UR_TRY(ur_tee_open(&tee, &options, cli_err(c)));
    ur_status st = ur_tee_quote(tee, &quote, &n, rd, cli_err(c));
    if (st == UR_OK) {
        st = write_out(c, quote, n);
    }
    if (st == UR_OK && cli_given(c, "out")) {
        cli_say_text(c, "backend", ur_tee_backend_name(tee));
        cli_say_bool(c, "hardware", ur_tee_is_hardware(tee));
        cli_say_number(c, "bytes", n);
        if (!ur_tee_is_hardware(tee)) {
            cli_note(c, "SIMULATOR: this quote proves nothing");
        }
    } else if (st == UR_OK) {
        cli_say_nothing(c);
    }
    free(quote);
    ur_tee_close(&tee);
    return st;
}
