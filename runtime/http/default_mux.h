#pragma once
// What is on http::DefaultServeMux from the start.

#include "golab/http_server.h"

namespace golab::rt {

using MuxStart = void (*)(const http::ServeMux& mux);

/// Called once, on the mux's first use; null: nothing. Set by initialisers, which run outside
/// goroutines and cannot use the mux themselves.
extern MuxStart default_mux_start;

}  // namespace golab::rt
