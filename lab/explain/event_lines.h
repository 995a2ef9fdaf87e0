#pragma once
// A run as a list of events, a line each, for people and for grep:
//
//      0.500012 s  G6    block     chan receive  main.cc:18
//
// Time since the run began; who (`-`: the runtime, the clock); the event; what of it, two blanks
// before the place. Events that no one asks for (a tick of the clock, what the search needs) are
// left out.

#include <string>

#include "lab/history/history.h"

namespace golab::lab {

/// The line of event `m`, without a newline; empty if it has none.
std::string EventLine(const History& history, Moment m);

/// All lines.
std::string EventLines(const History& history);

}  // namespace golab::lab
