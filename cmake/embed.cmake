# Puts a file into the binary as it is: jeton_embed(TARGET jeton_api NAME DocsPage FILE openapi/docs.html) gives the symbols
# kJetonAssetDocsPageBegin and …End.
function(jeton_embed)
  cmake_parse_arguments(E "" "TARGET;NAME;FILE" "" ${ARGN})
  cmake_path(ABSOLUTE_PATH E_FILE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${E_NAME}.S)
  file(CONFIGURE OUTPUT ${unit} @ONLY CONTENT [[
.section .rodata
.balign 16
.global kJetonAsset@E_NAME@Begin
.global kJetonAsset@E_NAME@End
kJetonAsset@E_NAME@Begin:
.incbin "@E_FILE@"
kJetonAsset@E_NAME@End:
.byte 0
.section .note.GNU-stack,"",%progbits
]])
  set_source_files_properties(${unit} PROPERTIES OBJECT_DEPENDS ${E_FILE})
  target_sources(${E_TARGET} PRIVATE ${unit})
endfunction()
