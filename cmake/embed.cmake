# Puts a file into the binary as it is: jeton_embed(TARGET jeton_api NAME docs_page FILE openapi/docs.html) gives the symbols
# jeton_asset_docs_page_begin and _end.
function(jeton_embed)
  cmake_parse_arguments(E "" "TARGET;NAME;FILE" "" ${ARGN})
  cmake_path(ABSOLUTE_PATH E_FILE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${E_NAME}.S)
  file(CONFIGURE OUTPUT ${unit} @ONLY CONTENT [[
.section .rodata
.balign 16
.global jeton_asset_@E_NAME@_begin
.global jeton_asset_@E_NAME@_end
jeton_asset_@E_NAME@_begin:
.incbin "@E_FILE@"
jeton_asset_@E_NAME@_end:
.byte 0
.section .note.GNU-stack,"",%progbits
]])
  set_source_files_properties(${unit} PROPERTIES OBJECT_DEPENDS ${E_FILE})
  target_sources(${E_TARGET} PRIVATE ${unit})
endfunction()
