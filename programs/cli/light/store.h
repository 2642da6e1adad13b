/* What the light commands share: the trust store, its sources, and a view over both. */
#ifndef UR_PROGRAMS_CLI_LIGHT_STORE_H
#define UR_PROGRAMS_CLI_LIGHT_STORE_H

#include "lib/chain/view.h"
#include "programs/cli/io.h"

typedef struct light_view {
    cli *c;
    ur_trust *trust;
    ur_view *view;
    cli_progress progress;
} light_view;

/* Open what --store names; it must be there already. */
UR_MUST_USE ur_status light_store_open(cli *c, ur_trust **out);
/* Store and view with the sources of --source, or the kept ones. The structure must stay where it is. */
UR_MUST_USE ur_status light_view_open(cli *c, light_view *out);
void light_view_close(light_view *v);
/* One source by its address or file name. */
UR_MUST_USE ur_status light_source(cli *c, ur_chain_source *out, const char *name);

void light_say_header(cli *c, const ur_light_header *h);
void light_say_time(cli *c, const char *key, ur_time t);
/* --wait in milliseconds. */
unsigned light_wait_ms(cli *c);

#endif
