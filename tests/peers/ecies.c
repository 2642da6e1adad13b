/* ECIES for tests/peers/seal: ecies seal PUBLIC-HEX IN OUT, ecies open PRIVATE-HEX IN OUT. Exit code 1 when refused. */
#include <stdio.h>
#include <stdlib.h>

#include "core/codec/hex.h"
#include "lib/os/file.h"
#include "lib/seal/ecies.h"

static int run(const char *verb, const char *key, const char *in, const char *out)
{
    uint8_t key_bytes[UR_SECP_PUB_BYTES];
    uint8_t *text = NULL;
    size_t n = 0, out_n = 0, key_n = 0;
    ur_err err;
    ur_status s = ur_hex_decode_upto(key_bytes, sizeof key_bytes, &key_n, ur_span_str_var(key));
    if (s == UR_OK) {
        s = ur_file_read(&text, &n, in, UR_ECIES_TEXT_MAX + 1024, &err);
    }
    if (s != UR_OK) {
        return 2;
    }
    uint8_t *made = malloc(n + UR_ECIES_OVERHEAD + 16);
    if (made == NULL) {
        free(text);
        return 2;
    }
    if (verb[0] == 's') {
        ur_secp_pub pub;
        out_n = ur_ecies_bytes(n);
        s = ur_secp_pub_parse_var(&pub, ur_span_of(key_bytes, key_n));
        s = s == UR_OK ? ur_ecies_seal(made, &pub, ur_span_of(text, n)) : s;
    } else {
        ur_secp_secret secret;
        s = key_n == UR_SECP_SECRET_BYTES ? ur_secp_secret_parse(&secret, key_bytes) : UR_E_INPUT;
        s = s == UR_OK ? ur_ecies_open(made, &out_n, &secret, ur_span_of(text, n)) : s;
    }
    if (s == UR_OK) {
        s = ur_file_write(out, ur_span_of(made, out_n), UR_FILE_REPLACE, &err);
    }
    free(made);
    free(text);
    return s == UR_OK ? 0 : 1;
}

int main(int argc, char **argv) { return argc == 5 ? run(argv[1], argv[2], argv[3], argv[4]) : 2; }
