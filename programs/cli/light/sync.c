#include "programs/cli/light/store.h"

ur_status cli_light_sync(cli *c)
{
    light_view v;
    ur_light_header h;
    UR_TRY(light_view_open(c, &v));
    ur_status st = ur_view_sync(v.view, &h, (int64_t)cli_number(c, "height", 0), light_wait_ms(c), cli_err(c));
    light_view_close(&v);
    if (st == UR_OK) {
        light_say_header(c, &h);
        cli_say_hex(c, "app_hash", h.app.bytes, h.app.n);
    }
    return st;
}
