/* A digest against its published hexadecimal form. */
#ifndef UR_TESTS_UNIT_HASH_ASSERT_HEX_H
#define UR_TESTS_UNIT_HASH_ASSERT_HEX_H

#include "tests/test.h"

static inline void assert_hex(const uint8_t *bytes, size_t n, const char *hex)
{
    assert_int_equal(strlen(hex), 2 * n);
    for (size_t i = 0; i < n; i++) {
        char want[3];
        (void)snprintf(want, sizeof want, "%02x", bytes[i]);
        assert_memory_equal(want, hex + 2 * i, 2);
    }
}

#endif
