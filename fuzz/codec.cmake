foreach(format hex base64 bech32 json pb)
    ur_fuzz(${format} SOURCES codec_${format}.c USES core_codec)
endforeach()
