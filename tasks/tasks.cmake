# golab_task(FOLDER): all that golab holds of one task, from tasks/FOLDER ("task03_leak_baseline" is task3):
#
#   checks.cc                 its checks
#   solution/*.cc             the reference, one program a case of labs.toml; compiled as submissions are
#   README.md starter/ solution/ cases/ mutants/ examples/      carried as files
#
# What is found there is taken: a new task needs no line anywhere but its table in labs.toml.

# The flags of a submission (lab/program/build.cc says why), for the references inside golab.
set(golab_submission_flags
  -O1 -g1 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fno-optimize-sibling-calls -fno-inline
  -fstack-clash-protection -fnon-call-exceptions -fsanitize-coverage=trace-pc -DGOLAB_OUT_OF_LINE)

# "task03_leak_baseline" -> task3
function(golab_task_id folder out)
  if(NOT folder MATCHES "^([a-z]+)0*([0-9]+)_[a-z0-9_]+$")
    message(FATAL_ERROR "tasks/${folder}: a task's folder is called like task03_leak_baseline, bug04_first_result")
  endif()
  set(${out} "${CMAKE_MATCH_1}${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()

# ["a.cc", "b.cc"] of one line of labs.toml -> a;b
function(golab_toml_strings line out)
  string(REGEX MATCHALL "\"[^\"]*\"" quoted "${line}")
  set(strings "")
  foreach(one IN LISTS quoted)
    string(REGEX REPLACE "^\"|\"$" "" one "${one}")
    list(APPEND strings "${one}")
  endforeach()
  set(${out} "${strings}" PARENT_SCOPE)
endfunction()

# The programs of a task: `out` is a list of case ids ("" for a task without cases); `out`_with_CASE and
# `out`_without_CASE are files. Reads the few keys it needs; golab itself judges the rest of the file.
function(golab_task_cases id out)
  file(STRINGS "${PROJECT_SOURCE_DIR}/labs.toml" lines REGEX "^(\\[\\[|id =|with =|without =)" ENCODING UTF-8)
  set(task "")
  set(table "")
  set(cases "")
  foreach(line IN LISTS lines)
    if(line MATCHES "^\\[\\[(.*)\\]\\]")
      set(table "${CMAKE_MATCH_1}")
      set(case "")
    elseif(table STREQUAL "task" AND line MATCHES "^id = \"(.*)\"")
      set(task "${CMAKE_MATCH_1}")
    elseif(table STREQUAL "task.case" AND task STREQUAL id)
      if(line MATCHES "^id = \"(.*)\"")
        set(case "${CMAKE_MATCH_1}")
        list(APPEND cases "${case}")
      elseif(line MATCHES "^(with|without) =")
        set(key "${CMAKE_MATCH_1}")
        golab_toml_strings("${line}" files)
        set(${out}_${key}_${case} "${files}" PARENT_SCOPE)
      endif()
    endif()
  endforeach()
  set(${out} "${cases}" PARENT_SCOPE)
endfunction()

# One reference as one source file: its sources in an anonymous namespace, so that two tasks may both
# have a RunWork. What they include with <> comes first, outside of it; the guards of those headers make
# the includes inside empty.
function(golab_reference name sources out)
  set(includes "")
  set(body "")
  foreach(source IN LISTS sources)
    file(STRINGS "${source}" lines REGEX "^#include (<|\"golab/)" ENCODING UTF-8)
    list(APPEND includes ${lines})
    if(source MATCHES "\\.cc$")
      string(APPEND body "#include \"${source}\"\n")
    endif()
    set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
  endforeach()
  list(REMOVE_DUPLICATES includes)
  list(JOIN includes "\n" includes)
  string(REPLACE "/" "_" stem "${name}")
  set(file "${CMAKE_CURRENT_BINARY_DIR}/reference_${stem}.cc")
  file(CONFIGURE OUTPUT "${file}" @ONLY NEWLINE_STYLE UNIX
    CONTENT "// Made by golab_reference: the program '${name}' of golab.\n${includes}\n\nnamespace {\n${body}}\n")
  set_source_files_properties("${file}" PROPERTIES COMPILE_DEFINITIONS "GOLAB_PROGRAM_NAME=\"${name}\"")
  set(${out} "${file}" PARENT_SCOPE)
endfunction()

function(golab_task folder)
  golab_task_id(${folder} id)
  set(base "${CMAKE_CURRENT_SOURCE_DIR}/${folder}")

  file(GLOB_RECURSE carried CONFIGURE_DEPENDS
    "${base}/README.md" "${base}/starter/*" "${base}/solution/*" "${base}/cases/*" "${base}/mutants/*" "${base}/examples/*")
  golab_library(${id}_task OBJECT SOURCES ${folder}/checks.cc DEPENDS lab_check lab_profile lab_trace)
  golab_embed(TARGET ${id}_task NAME files_of_${id} TASK ${id} BASE ${base} FILES ${carried})

  golab_task_cases(${id} case)
  file(GLOB solution CONFIGURE_DEPENDS "${base}/solution/*.cc" "${base}/solution/*.h")
  set(references "")
  if(NOT case)
    golab_reference("${id}" "${solution}" file)
    list(APPEND references "${file}")
  endif()
  foreach(one IN LISTS case)
    set(sources ${solution})
    foreach(left_out IN LISTS case_without_${one})
      list(REMOVE_ITEM sources "${base}/solution/${left_out}")
    endforeach()
    foreach(added IN LISTS case_with_${one})
      list(APPEND sources "${base}/${added}")
    endforeach()
    # As in a submission's build: by the files' names.
    set(by_name "")
    foreach(source IN LISTS sources)
      get_filename_component(name "${source}" NAME)
      list(APPEND by_name "${name}|${source}")
    endforeach()
    list(SORT by_name)
    list(TRANSFORM by_name REPLACE "^[^|]*\\|" "")
    golab_reference("${id}/${one}" "${by_name}" file)
    list(APPEND references "${file}")
  endforeach()

  add_library(${id}_reference OBJECT ${references})
  target_include_directories(${id}_reference PRIVATE "${PROJECT_SOURCE_DIR}/runtime/include" "${base}/solution")
  target_compile_options(${id}_reference PRIVATE ${golab_submission_flags}
    "-ffile-prefix-map=${PROJECT_BINARY_DIR}=." "-ffile-prefix-map=${base}/solution/=" "-ffile-prefix-map=${base}/cases/=")
  set_property(GLOBAL APPEND PROPERTY golab_task_parts ${id}_task ${id}_reference)
endfunction()
