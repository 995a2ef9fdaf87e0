#pragma once
// Go's net/http/pprof: profiles of a running server, by HTTP.
//
//   #include <golab/http_pprof.h>     // import _ "net/http/pprof"
//
// Including it puts the pages below /debug/pprof/ of http::DefaultServeMux, as Go's import does. A
// program with a mux of its own calls http::pprof::Register(mux) (http_pprof_pages.h). Then
//
//   curl 'http://localhost:6060/debug/pprof/goroutine?debug=2'
//   go tool pprof http://localhost:6060/debug/pprof/goroutine
//   curl -o trace.out 'http://localhost:6060/debug/pprof/trace?seconds=5'
//
// Parameters: `debug`; `seconds` of a profile gives what has come in so many seconds.

#include "golab/http_pprof_pages.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct PprofPages {
  PprofPages() { RegisterPprofPages(); }
};

/// Hidden, since the shared runtime exports no data.
[[gnu::visibility("hidden")]] inline const PprofPages kPprofPages;

}  // namespace golab::rt

#pragma GCC visibility pop
