# Makes the page's application, or says why there is none:
#
#   cmake -DMODE=auto|on|off -DSOURCE=folder -DFILES=names -DWORK=folder -DNODE=... -DNPM=... -DTESTS=bool
#         -P bundle.cmake
#
# Writes WORK/bundle/ (build.mjs says what); TESTS: fetches into WORK/node_modules what tests need, too. Without npm, its registry or a node that is new enough, `auto`
# leaves the files empty and the reason in missing.txt, and golab writes pages without the application;
# `on` fails.
cmake_minimum_required(VERSION 3.25)

set(bundle "${WORK}/bundle")
file(MAKE_DIRECTORY "${bundle}")

function(give_up why)
  if(MODE STREQUAL "on")
    message(FATAL_ERROR "the page cannot be built: ${why} (GOLAB_PAGE=off builds golab without it)")
  endif()
  message("The timeline page is built without its application: ${why}")
  foreach(file IN ITEMS script.js script.sha256 style.css style.sha256 notices.txt)
    file(WRITE "${bundle}/${file}" "")
  endforeach()
  file(WRITE "${bundle}/missing.txt" "${why}")
endfunction()

if(MODE STREQUAL "off")
  give_up("golab was built with GOLAB_PAGE=off")
  return()
endif()
if(NOT NODE OR NOT NPM)
  give_up("golab was built on a machine without node and npm")
  return()
endif()
execute_process(COMMAND "${NODE}" -p "parseInt(process.versions.node)" OUTPUT_VARIABLE version
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT version GREATER_EQUAL 18)
  give_up("golab was built with node ${version}, which is older than 18")
  return()
endif()

foreach(file IN LISTS FILES)
  file(COPY "${SOURCE}/${file}" DESTINATION "${WORK}")
endforeach()

# Packages are fetched again when the list of them has changed. What npm has in its cache needs no network.
file(SHA256 "${SOURCE}/package-lock.json" wanted)
set(omit --omit=dev)
if(TESTS)
  set(omit "")
  string(APPEND wanted " tests")
endif()
set(have "")
if(EXISTS "${WORK}/node_modules/.golab")
  file(READ "${WORK}/node_modules/.golab" have)
endif()
if(NOT have STREQUAL wanted)
  execute_process(
    COMMAND "${NPM}" ci ${omit} --ignore-scripts --prefer-offline --no-audit --no-fund --no-progress
            --loglevel=error --fetch-retries=1 --fetch-timeout=30000
    WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said TIMEOUT 300)
  if(failed)
    message("${said}")
    give_up("npm could not fetch the packages that it stands on when golab was built")
    return()
  endif()
  file(WRITE "${WORK}/node_modules/.golab" "${wanted}")
endif()
execute_process(COMMAND "${NODE}" build.mjs "${bundle}" WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "lab/page/app does not build: esbuild says why above")
endif()
file(WRITE "${bundle}/missing.txt" "")
