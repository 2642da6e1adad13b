#include "lib/keystore/mnemonic.h"

#include "core/hash/hash.h"
#include "lib/os/random.h"
#include "lib/suite/pbkdf2.h"

enum { LIST = 2048, BITS = 11, ENTROPY_MAX = 32, PASSPHRASE_MAX = 256, ROUNDS = 2048 };

static const char list[LIST][UR_MNEMONIC_WORD_MAX + 1] = {
#include "lib/keystore/english.inc"
};

/* Bit i of entropy and checksum; i is public. */
static uint32_t bit(const uint8_t *bytes, size_t i) { return (uint32_t)bytes[i / 8] >> (7 - i % 8) & 1; }

/* Word `index`, zeros behind it, by looking at all: where memory is read does not depend on the index. */
static void word_of(uint8_t out[UR_MNEMONIC_WORD_MAX], uint32_t index)
{
    memset(out, 0, UR_MNEMONIC_WORD_MAX);
    for (uint32_t i = 0; i < LIST; i++) {
        uint32_t mask = ur_ct_zero_mask_u32(i ^ index);
        for (size_t k = 0; k < UR_MNEMONIC_WORD_MAX; k++) {
            out[k] |= (uint8_t)((uint8_t)list[i][k] & mask);
        }
    }
}

/* The index of a word with zeros behind it; *found is all ones if there is one. */
static uint32_t index_of(const uint8_t word[UR_MNEMONIC_WORD_MAX], uint32_t *found)
{
    uint32_t index = 0;
    *found = 0;
    for (uint32_t i = 0; i < LIST; i++) {
        uint32_t differs = 0;
        for (size_t k = 0; k < UR_MNEMONIC_WORD_MAX; k++) {
            differs |= (uint32_t)((uint8_t)list[i][k] ^ word[k]);
        }
        uint32_t mask = ur_ct_zero_mask_u32(differs);
        index |= i & mask;
        *found |= mask;
    }
    return index;
}

/* Append a word and a blank. */
static size_t append_word(uint8_t *text, size_t at, const uint8_t word[UR_MNEMONIC_WORD_MAX])
{
    size_t n = 0;
    for (size_t k = 0; k < UR_MNEMONIC_WORD_MAX; k++) {
        n += word[k] != 0;
    }
    ur_declassify(&n, sizeof n);
    memcpy(text + at, word, n);
    text[at + n] = ' ';
    return at + n + 1;
}

/* entropy with room for its checksum byte. */
static ur_status write_words(ur_secret **out, uint8_t entropy[ENTROPY_MAX + 1], size_t n, ur_err *err)
{
    struct {
        uint8_t hash[UR_SHA256_BYTES], word[UR_MNEMONIC_WORD_MAX];
        uint32_t index;
    } s;
    size_t at = 0;
    ur_status st = ur_secret_new(out, UR_MNEMONIC_TEXT_MAX + 1, err);
    if (st != UR_OK) {
        return st;
    }
    ur_sha256_of(s.hash, ur_span_of(entropy, n));
    entropy[n] = s.hash[0];
    const size_t words = n * 8 * 33 / 32 / BITS;
    for (size_t i = 0; i < words; i++) {
        s.index = 0;
        for (size_t k = 0; k < BITS; k++) {
            s.index = s.index << 1 | bit(entropy, i * BITS + k);
        }
        word_of(s.word, s.index);
        at = append_word(ur_secret_reveal(*out), at, s.word);
    }
    ur_secret_shorten(*out, at - 1); /* without the last blank */
    ur_wipe(&s, sizeof s);
    return UR_OK;
}

ur_status ur_mnemonic_of(ur_secret **out, ur_span entropy, ur_err *err)
{
    uint8_t copy[ENTROPY_MAX + 1];
    *out = NULL;
    if (entropy.n < 16 || entropy.n > ENTROPY_MAX || entropy.n % 4 != 0) {
        return ur_err_set(err, UR_E_USAGE, "words stand for 16, 20, 24, 28 or 32 bytes");
    }
    memcpy(copy, entropy.p, entropy.n);
    ur_status st = write_words(out, copy, entropy.n, err);
    ur_wipe(copy, sizeof copy);
    return st;
}

ur_status ur_mnemonic_new(ur_secret **out, unsigned words, ur_err *err)
{
    uint8_t entropy[ENTROPY_MAX];
    *out = NULL;
    if (words < 12 || words > UR_MNEMONIC_WORDS_MAX || words % 3 != 0) {
        return ur_err_set(err, UR_E_USAGE, "there can be 12, 15, 18, 21 or 24 words");
    }
    size_t n = (size_t)words / 3 * 4;
    ur_random(entropy, n);
    ur_status st = ur_mnemonic_of(out, ur_span_of(entropy, n), err);
    ur_wipe(entropy, sizeof entropy);
    return st;
}

/* ---- reading ---- */

static bool blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The next word in lower case with zeros behind it; false at the end. *fits: at most eight letters. */
static bool next_word(ur_reader *r, uint8_t word[UR_MNEMONIC_WORD_MAX], bool *fits)
{
    size_t n = 0;
    memset(word, 0, UR_MNEMONIC_WORD_MAX);
    while (r->at < r->n && blank(r->p[r->at])) {
        r->at++;
    }
    for (; r->at < r->n && !blank(r->p[r->at]); r->at++, n++) {
        if (n < UR_MNEMONIC_WORD_MAX) {
            uint8_t c = r->p[r->at];
            word[n] = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
        }
    }
    *fits = n <= UR_MNEMONIC_WORD_MAX;
    return n > 0;
}

/* The words' bits into bytes; how many words. */
static ur_status read_words(uint8_t bytes[ENTROPY_MAX + 1], size_t *count, ur_span text, ur_err *err)
{
    uint8_t word[UR_MNEMONIC_WORD_MAX];
    uint32_t index, found;
    bool fits;
    ur_reader r;
    ur_status st = UR_OK;
    ur_reader_init(&r, text);
    for (*count = 0; st == UR_OK && next_word(&r, word, &fits); ++*count) {
        if (*count == UR_MNEMONIC_WORDS_MAX) {
            st = ur_err_set(err, UR_E_INPUT, "more than %d words", UR_MNEMONIC_WORDS_MAX);
            break;
        }
        index = index_of(word, &found);
        if (!fits || found == 0) {
            st = ur_err_set(err, UR_E_INPUT, "word %zu is not in BIP-39's English list", *count + 1);
        }
        for (size_t k = 0; k < BITS; k++) {
            size_t i = *count * BITS + k;
            bytes[i / 8] |= (uint8_t)((index >> (BITS - 1 - k) & 1) << (7 - i % 8));
        }
    }
    ur_wipe(word, sizeof word);
    ur_wipe(&index, sizeof index);
    return st;
}

ur_status ur_mnemonic_parse(ur_secret **out, ur_span text, ur_err *err)
{
    struct {
        uint8_t bytes[ENTROPY_MAX + 1], hash[UR_SHA256_BYTES];
    } s = {{0}, {0}};
    size_t words;
    *out = NULL;
    ur_status st = read_words(s.bytes, &words, text, err);
    if (st == UR_OK && (words < 12 || words % 3 != 0)) {
        st = ur_err_set(err, UR_E_INPUT, "%zu words: there must be 12, 15, 18, 21 or 24", words);
    }
    if (st == UR_OK) {
        size_t n = words / 3 * 4; /* bytes; a third of the words' number is the checksum's bits */
        uint8_t mask = (uint8_t)(0xff << (8 - words / 3));
        ur_sha256_of(s.hash, ur_span_of(s.bytes, n));
        s.hash[0] &= mask;
        st = ur_ct_eq(&s.hash[0], &s.bytes[n], 1);
        st = st == UR_OK ? write_words(out, s.bytes, n, err)
                         : ur_err_set(err, st, "the checksum of these words is wrong: one of them is another, or their order");
    }
    ur_wipe(&s, sizeof s);
    return st;
}

void ur_mnemonic_seed(uint8_t out[UR_MNEMONIC_SEED_BYTES], ur_secret *words, ur_span passphrase)
{
    uint8_t salt[8 + PASSPHRASE_MAX];
    ur_writer w;
    ur_writer_init(&w, salt, sizeof salt);
    ur_writer_str(&w, "mnemonic");
    ur_writer_span(&w, passphrase);
    ur_pbkdf2_512(out, ur_span_of(ur_secret_reveal(words), ur_secret_len(words)), ur_span_of(salt, w.n), ROUNDS);
    ur_wipe(salt, sizeof salt);
}
