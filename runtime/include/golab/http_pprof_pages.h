#pragma once
// The pages of http_pprof.h, for programs that put them on a mux of their own; including this alone
// registers nothing.

#include "golab/http.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::http::pprof {

/// Puts the pages below /debug/pprof/ of `mux`. Panics if they are there already. golab's own.
void Register(const ServeMux& mux);

/// The list of profiles at /debug/pprof/, and each profile below it.
void Index(ResponseWriter& w, Request& r);

/// The command line; a NUL between its words.
void Cmdline(ResponseWriter& w, Request& r);

/// A CPU profile of the next `seconds`, 30 if not said. In virtual time: 500. A server's
/// WriteTimeout must be longer.
void Profile(ResponseWriter& w, Request& r);

/// The functions at the addresses in the query, which are separated by `+`.
void Symbol(ResponseWriter& w, Request& r);

/// An execution trace of the next `seconds`, which may be a fraction; 1 if not said. It is sent
/// when it ends: a server's WriteTimeout must be longer. While another trace is written: 500.
void Trace(ResponseWriter& w, Request& r);

/// Serves the profile of that name.
http::Handler Handler(const String& name);

}  // namespace golab::http::pprof

namespace golab::rt {

/// Puts the pages on http::DefaultServeMux. Initialisers.
void RegisterPprofPages();

}  // namespace golab::rt

#pragma GCC visibility pop
