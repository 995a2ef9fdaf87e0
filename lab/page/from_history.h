#pragma once
// The timeline of one run: of its history, and of what was judged of it.

#include <functional>
#include <string>

#include "lab/history/history.h"
#include "lab/page/timeline.h"

namespace golab::lab::page {

/// States, stacks, marks. The program's sources, checks and header texts are the caller's to add.
/// `name_of_file`: how a file that a frame names is called on the page; null: as it is.
Timeline FromHistory(const History& history,
                     const std::function<std::string(const std::string&)>& name_of_file = nullptr);

/// "G6 never ends", "G6 waits in chan receive", "main is ready": what to say of a goroutine just
/// after event `m`.
std::string EvidenceNote(const History& history, const GoroutineLife& g, Moment m);

}  // namespace golab::lab::page
