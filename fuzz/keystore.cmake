ur_fuzz(mnemonic SOURCES mnemonic.c USES lib_keystore)
ur_fuzz(keyfile SOURCES keyfile.c USES lib_keystore)
