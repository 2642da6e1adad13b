ur_fuzz(mnemonic SOURCES mnemonic.c USES lib_keystore)
