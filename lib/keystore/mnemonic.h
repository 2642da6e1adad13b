/* A key written as words (BIP-39, the English list): 12 to 24 words for 16 to 32 random bytes and a checksum, and the seed that
 * wallets derive keys from. Constant time in the words, but for their number, their lengths and whether
 * they are right. */
#ifndef UR_LIB_KEYSTORE_MNEMONIC_H
#define UR_LIB_KEYSTORE_MNEMONIC_H

#include "core/base/span.h"
#include "lib/os/secret.h"

#define UR_MNEMONIC_WORDS_MAX 24
#define UR_MNEMONIC_WORD_MAX 8                          /* letters of the longest word */
#define UR_MNEMONIC_TEXT_MAX (UR_MNEMONIC_WORDS_MAX * (UR_MNEMONIC_WORD_MAX + 1) - 1)
#define UR_MNEMONIC_SEED_BYTES 64

/* New words, one blank between two: 12, 15, 18, 21 or 24 of them (else UR_E_USAGE). UR_E_MEMORY. */
UR_MUST_USE ur_status ur_mnemonic_new(ur_secret **out, unsigned words, ur_err *err);
/* The words of 16, 20, 24, 28 or 32 bytes. */
UR_MUST_USE ur_status ur_mnemonic_of(ur_secret **out, ur_span entropy, ur_err *err);

/* Words as a person wrote them: capitals, and blanks and line ends of any number between them, are taken. *out is in the form above.
 * UR_E_INPUT for another number of words or one that is not in the list (its place is named, the word is not), UR_E_PROOF if the
 * checksum is wrong. */
UR_MUST_USE ur_status ur_mnemonic_parse(ur_secret **out, ur_span text, ur_err *err);

/* PBKDF2 over the words; passphrase is BIP-39's optional one, ASCII, most often empty. */
void ur_mnemonic_seed(uint8_t out[UR_MNEMONIC_SEED_BYTES], ur_secret *words, ur_span passphrase);

#endif
