/* The curve by blst, compiled in, for chains that have none. */
#include "contract/wasm/imports.h"

const ur_curve_ops *uw_curve(void) { return ur_curve_ops_native(); }
