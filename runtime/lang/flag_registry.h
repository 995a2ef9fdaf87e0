#pragma once
// Which flags a program has defined: what Go has in flag.VisitAll.

#include <string>
#include <vector>

namespace golab::rt {

struct DefinedFlag {
  std::string name;
  std::string usage;
  std::string type;           ///< As in the help: `int`, `duration`, `string`; `bool` for a bool.
  std::string default_value;  ///< As text, also for the command line.
  std::string value;          ///< The present one.
};

/// All of them, sorted by name. By the thread that defines them.
std::vector<DefinedFlag> DefinedFlags();

/// Calls `hook` at the end of each flag::Parse; null for none. Before the program's main.
void SetFlagsParsedHook(void (*hook)());

/// Forgets them all, for tests, with the variables that flag::Int and its like made.
void ForgetFlags();

}  // namespace golab::rt
