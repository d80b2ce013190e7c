# Compiler, linker and cache: warnings and sanitizers are interface targets, so that every module says what it takes.
find_program(JETON_CCACHE ccache)
if(JETON_CCACHE)
  # gcc records a precompiled header's name in the preprocessed text; ccache needs to be told that this is fine.
  # Paths are kept relative to the checkout, so that one checkout uses what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${JETON_CCACHE})
endif()
find_program(JETON_MOLD mold)
if(JETON_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(jeton_warnings INTERFACE)
target_compile_options(jeton_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2
  -Wno-missing-field-initializers)  # designated initialisers name what differs from the default
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 reports paths through inlined standard-library code that cannot be taken, at -O2 and with sanitizers.
  target_compile_options(jeton_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
else()
  target_compile_options(jeton_warnings INTERFACE -Wthread-safety)
endif()

add_compile_options(-g1 -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)
endif()
if(JETON_FUZZ)
  # Every unit tells the fuzzer where it has been; the fuzzer itself is linked in tests/fuzz.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(JETON_SANITIZE)
  add_compile_options(-fsanitize=${JETON_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${JETON_SANITIZE})
endif()
