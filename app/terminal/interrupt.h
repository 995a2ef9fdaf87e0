#pragma once
// Ctrl-C and SIGTERM: nothing that golab started is left running, no file is half-written, and
// golab ends with status 130.

#include <atomic>
#include <string>

namespace golab::app {

/// Catches SIGINT and SIGTERM from now on. The first asks for a stop, kills the programs under way
/// and gives golab 2 s to end by itself; then, or at a second one, golab ends at once.
void CatchInterrupts();

/// Set by the first signal; for whoever works in steps.
const std::atomic<bool>& Interrupted();

/// From now on the first two Ctrl-C are not golab's but the program's, which may want to end well;
/// whoever watches it passes them on. A third one, and SIGTERM, are as before.
void LeaveInterruptsToTheProgram();

/// How many Ctrl-C there were for the program.
int InterruptsForTheProgram();

/// A file to remove if golab is ended from outside; empty: none any more.
void SetUnfinishedFile(const std::string& path);

}  // namespace golab::app
