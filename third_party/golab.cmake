# How a room declares its parts. A room's CMakeLists.txt is a list of these calls:
#
#   golab_library(NAME [SHARED|OBJECT] [NO_TSAN] [SOURCES ...] [DEPENDS ...] [PRIVATE_DEPENDS ...])
#   golab_executable(NAME [NO_TSAN] SOURCES ... [DEPENDS ...])
#   golab_test(NAME [SOURCES ...] [DEPENDS ...] [LABELS ...] [NEEDS ...] [ENVIRONMENT ...]
#              [TIMEOUT s] [NO_MAIN] [SERIAL])
#   golab_test(NAME COMMAND program args... [LABELS ...] [NEEDS ...] ...)
#   golab_fuzzer(NAME [SOURCES ...] [DEPENDS ...])
#
# DEPENDS names parts of golab without prefix (`chan`, `json`), any target with `::` in its name
# (`GTest::gmock`), or a linker flag that starts with `-`. A misspelt part is an error, never `-lchan`.

# The flags of all of golab's own code, and nobody else's.
add_library(golab_flags INTERFACE)
add_library(golab::flags ALIAS golab_flags)
target_include_directories(golab_flags INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/runtime/include")
target_compile_options(golab_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C,CXX>:-Wall;-Wextra;-Wshadow;-Wswitch;-Wundef;-fno-omit-frame-pointer>
  $<$<AND:$<BOOL:${GOLAB_WERROR}>,$<COMPILE_LANGUAGE:C,CXX>>:-Werror>)
# Sources ask GOLAB_TSAN, not the compiler: a NO_TSAN part knows that the others are instrumented, and
# a part with the property GOLAB_FLAVOUR (asan, tsan) that the programs that link it are.
target_compile_definitions(golab_flags INTERFACE
  GOLAB_CHECKS=$<BOOL:${GOLAB_CHECKS}>
  GOLAB_ASAN=$<OR:$<STREQUAL:${GOLAB_SANITIZE},address>,$<BOOL:${GOLAB_FUZZ}>,$<STREQUAL:$<TARGET_PROPERTY:GOLAB_FLAVOUR>,asan>>
  GOLAB_TSAN=$<OR:$<STREQUAL:${GOLAB_SANITIZE},thread>,$<STREQUAL:$<TARGET_PROPERTY:GOLAB_FLAVOUR>,tsan>>)

set(golab_suffix "")  # what tells a sanitizer's tests from the plain ones in one report
set(golab_sanitizer_environment "")
if(GOLAB_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "GOLAB_FUZZ needs clang (libFuzzer): ./dev fuzz, or cmake --preset fuzz")
  endif()
  set(golab_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_compile_options(golab_flags INTERFACE -fsanitize=fuzzer-no-link)
elseif(GOLAB_SANITIZE STREQUAL "address")
  set(golab_suffix ".asan")
  set(golab_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
  set(golab_sanitizer_environment UBSAN_OPTIONS=print_stacktrace=1)
  # g++ 12 takes what the instrumentation does inside std::function for uses of nothing.
  target_compile_options(golab_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
elseif(GOLAB_SANITIZE STREQUAL "thread")
  set(golab_suffix ".tsan")
  set(golab_sanitizers $<$<NOT:$<BOOL:$<TARGET_PROPERTY:GOLAB_NO_TSAN>>>:-fsanitize=thread>)
  target_link_options(golab_flags INTERFACE -fsanitize=thread)
  # The first report ends the program, whatever way it would end itself: a test that reports fails.
  set(golab_sanitizer_environment TSAN_OPTIONS=halt_on_error=1)
  # g++ 12's TSan refuses the address layout of newer kernels; without randomisation it runs on all.
  execute_process(COMMAND setarch -R true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(NOT failed)
    set(CMAKE_CROSSCOMPILING_EMULATOR "setarch;-R")  # put before every program that the build or ctest runs
  endif()
elseif(GOLAB_SANITIZE)
  message(FATAL_ERROR "GOLAB_SANITIZE is \"${GOLAB_SANITIZE}\"; it can be \"\", \"address\" or \"thread\"")
endif()
if(golab_sanitizers)
  target_compile_options(golab_flags INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:${golab_sanitizers}>)
  target_link_options(golab_flags INTERFACE ${golab_sanitizers})
endif()

add_custom_target(golab_tests)    # builds what ctest runs, and no more
add_custom_target(golab_fuzzers)

# Appends to `out` what DEPENDS means for target_link_libraries.
function(golab_resolve out)
  set(resolved "")
  foreach(part IN LISTS ARGN)
    if(part MATCHES "^-|::" OR TARGET ${part})
      list(APPEND resolved "${part}")
    else()
      list(APPEND resolved "golab::${part}")
    endif()
  endforeach()
  set(${out} "${resolved}" PARENT_SCOPE)
endfunction()

# A typing error in a call must not pass in silence.
macro(golab_check_arguments function name)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${function}(${name}): what is \"${arg_UNPARSED_ARGUMENTS}\"? third_party/golab.cmake says how to call it")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${function}(${name}): nothing follows ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
endmacro()

# A library, static unless said, header-only without SOURCES. Target NAME, alias golab::NAME
# (golab_x is golab::x, too). NO_TSAN: its own code stays uninstrumented in the tsan preset.
function(golab_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SHARED;OBJECT;NO_TSAN" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  golab_check_arguments(golab_library ${name})
  golab_resolve(depends ${arg_DEPENDS})
  golab_resolve(private_depends ${arg_PRIVATE_DEPENDS})
  string(REGEX REPLACE "^golab_" "" short ${name})
  if(NOT arg_SOURCES)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${depends})
  else()
    set(kind STATIC)
    if(arg_SHARED)
      set(kind SHARED)
    elseif(arg_OBJECT)
      set(kind OBJECT)
    endif()
    add_library(${name} ${kind} ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${depends} PRIVATE ${private_depends} golab_flags)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME golab_${short} GOLAB_NO_TSAN "${arg_NO_TSAN}")
  endif()
  add_library(golab::${short} ALIAS ${name})
endfunction()

function(golab_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_TSAN" "" "SOURCES;DEPENDS")
  golab_check_arguments(golab_executable ${name})
  golab_resolve(depends ${arg_DEPENDS})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${depends} golab_flags)
  set_target_properties(${name} PROPERTIES GOLAB_NO_TSAN "${arg_NO_TSAN}")
endfunction()

# One ctest entry a test program. SOURCES is NAME.cc unless said; gtest's main unless NO_MAIN.
# NEEDS: targets that must be built first because the test runs them. SERIAL: nothing runs beside it.
# With COMMAND the test is that command; a target's name in it stands for its executable.
# Every NAME is also a build target. The tsan preset has only the tests labelled `stress` or `tsan`,
# and where BUILD_TESTING is off (release, fuzz) there are none, unless a target is asked for by name.
function(golab_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_MAIN;SERIAL" "TIMEOUT" "SOURCES;DEPENDS;LABELS;NEEDS;ENVIRONMENT;COMMAND")
  golab_check_arguments(golab_test ${name})
  set(runs ON)
  if(NOT BUILD_TESTING OR (GOLAB_SANITIZE STREQUAL "thread" AND NOT "stress" IN_LIST arg_LABELS AND NOT "tsan" IN_LIST arg_LABELS))
    set(runs OFF)
  endif()

  if(arg_COMMAND)
    if(NOT runs)
      return()
    endif()
    add_custom_target(${name})
    set(command ${arg_COMMAND})
    list(GET arg_COMMAND 0 program)
    set_property(GLOBAL APPEND PROPERTY golab_command_tests "${name}=${program}")  # for golab_finish
  else()
    if(NOT arg_SOURCES)
      set(arg_SOURCES ${name}.cc)
    endif()
    golab_resolve(depends ${arg_DEPENDS})
    add_executable(${name} EXCLUDE_FROM_ALL ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${depends} GTest::gmock golab_flags)
    target_link_libraries(${name} PRIVATE $<IF:$<BOOL:${arg_NO_MAIN}>,GTest::gtest,GTest::gtest_main>)
    target_compile_definitions(${name} PRIVATE GOLAB_SOURCE_DIR="${PROJECT_SOURCE_DIR}" GOLAB_BINARY_DIR="${PROJECT_BINARY_DIR}")
    set(command ${name})
    if(NOT runs)
      return()
    endif()
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL OFF)
  endif()

  # Slow ones run only when asked for: ctest -C slow -L slow.
  set(only_asked "")
  if("slow" IN_LIST arg_LABELS)
    set(only_asked CONFIGURATIONS slow)
  endif()
  add_test(NAME ${name}${golab_suffix} COMMAND ${command} ${only_asked})
  add_dependencies(golab_tests ${name})
  if(arg_NEEDS)
    add_dependencies(${name} ${arg_NEEDS})
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${name}${golab_suffix} PROPERTIES
    TIMEOUT ${arg_TIMEOUT}
    RUN_SERIAL ${arg_SERIAL}
    LABELS "${arg_LABELS}"
    ENVIRONMENT "${golab_sanitizer_environment};${arg_ENVIRONMENT}")
  if("stress" IN_LIST arg_LABELS)
    set_tests_properties(${name}${golab_suffix} PROPERTIES PROCESSORS 2)
  endif()
endfunction()

# A libFuzzer program, only in the fuzz preset. SOURCES is NAME.cc unless said.
# `./dev fuzz NAME` runs it; first inputs are read from NAME_corpus/ beside it, if there is one.
function(golab_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  golab_check_arguments(golab_fuzzer ${name})
  if(NOT GOLAB_FUZZ)
    return()
  endif()
  if(NOT arg_SOURCES)
    set(arg_SOURCES ${name}.cc)
  endif()
  golab_executable(${name} SOURCES ${arg_SOURCES} DEPENDS ${arg_DEPENDS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzzers")
  add_dependencies(golab_fuzzers ${name})
  set_property(GLOBAL APPEND_STRING PROPERTY golab_fuzzers "${name} ${CMAKE_CURRENT_SOURCE_DIR}/${name}_corpus\n")
endfunction()

# Last call of the top file: what can only be said when all rooms are read.
function(golab_finish)
  get_property(command_tests GLOBAL PROPERTY golab_command_tests)
  foreach(pair IN LISTS command_tests)
    string(REGEX MATCH "^([^=]+)=(.*)$" pair "${pair}")
    if(TARGET "${CMAKE_MATCH_2}")
      add_dependencies(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endif()
  endforeach()
  get_property(fuzzers GLOBAL PROPERTY golab_fuzzers)
  if(GOLAB_FUZZ)
    file(WRITE "${PROJECT_BINARY_DIR}/fuzzers.txt" "${fuzzers}")  # ./dev fuzz reads it
  endif()
endfunction()
