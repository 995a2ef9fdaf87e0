# golab_embed(TARGET target NAME name [TASK id] BASE folder FILES file...)
#
# Builds the files' bytes into `target` as a table named golab::lab::embedded::NAME (a TaskFileTable,
# lab/workspace/task_files.h), paths relative to BASE. With TASK the table is entered into TaskFiles
# before main; `target` must then be an OBJECT library or an executable, or the linker may drop it.
#
# The assembler reads the files (.incbin), so that a megabyte costs nothing to compile, and a changed
# file rebuilds one small object. Names and contents may be anything but a newline in a name.
set(golab_embed_folder "${CMAKE_CURRENT_LIST_DIR}")

function(golab_embed)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;NAME;TASK;BASE" "FILES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_TARGET OR NOT arg_NAME OR NOT arg_BASE)
    message(FATAL_ERROR "golab_embed(${ARGN}): see lab/workspace/embed.cmake")
  endif()
  if(NOT arg_NAME MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "golab_embed: NAME '${arg_NAME}' must be a C++ name in lower case")
  endif()
  get_filename_component(base "${arg_BASE}" ABSOLUTE)
  set(assembly "    .section .rodata\n")
  set(declarations "")
  set(rows "")
  set(paths "")
  set(index 0)
  foreach(file IN LISTS arg_FILES)
    get_filename_component(path "${file}" ABSOLUTE BASE_DIR "${base}")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "golab_embed(${arg_NAME}): there is no '${path}'")
    endif()
    file(RELATIVE_PATH relative "${base}" "${path}")
    set(symbol "golab_embedded_${arg_NAME}_${index}")
    string(APPEND assembly
      "    .balign 16\n    .hidden ${symbol}, ${symbol}_end\n    .globl ${symbol}, ${symbol}_end\n${symbol}:\n"
      "    .incbin \"${path}\"\n${symbol}_end:\n    .byte 0\n")
    string(APPEND declarations "extern const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND rows "    {\"${relative}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    list(APPEND paths "${path}")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")

  set(code "// Made by golab_embed.\n#include \"lab/workspace/task_files.h\"\n\nextern \"C\" {\n${declarations}}\n\n")
  string(APPEND code "namespace golab::lab::embedded {\nnamespace {\nconst TaskFile ${arg_NAME}_files[] = {\n${rows}    {},\n};\n}  // namespace\n")
  string(APPEND code "extern const TaskFileTable ${arg_NAME};\nconst TaskFileTable ${arg_NAME}{${arg_NAME}_files, ${index}};\n")
  if(arg_TASK)
    # Its own copy of the table: the order of initialisers across files is not fixed.
    string(APPEND code "namespace {\n[[maybe_unused]] const bool ${arg_NAME}_added =\n    TaskFiles::Add(\"${arg_TASK}\", {${arg_NAME}_files, ${index}});\n}  // namespace\n")
  endif()
  string(APPEND code "}  // namespace golab::lab::embedded\n")

  set(stem "${CMAKE_CURRENT_BINARY_DIR}/embedded_${arg_NAME}")
  file(CONFIGURE OUTPUT "${stem}.S" CONTENT "${assembly}" @ONLY NEWLINE_STYLE UNIX)
  file(CONFIGURE OUTPUT "${stem}.cc" CONTENT "${code}" @ONLY NEWLINE_STYLE UNIX)
  # The compiler names no .incbin in its dependencies.
  set_source_files_properties("${stem}.S" PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(${arg_TARGET} PRIVATE "${stem}.S" "${stem}.cc")
  target_include_directories(${arg_TARGET} PRIVATE "${PROJECT_SOURCE_DIR}")
endfunction()
