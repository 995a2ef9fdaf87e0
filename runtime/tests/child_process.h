#pragma once
// Runs a program to its end and keeps what it wrote.

#include <functional>
#include <string>
#include <vector>

namespace golab::tests {

struct ChildResult {
  std::string out;
  std::string err;
  int status = 0;          ///< Exit status, 128 + number if a signal killed it.
  bool timed_out = false;  ///< It was killed after `seconds`.
};

struct ChildOptions {
  std::vector<std::string> environment = {};  ///< "NAME=value", added to this process's.
  int seconds = 60;
  /// Sent once a line has come on stdout and the program waits for the clock; 0: none.
  int signal_when_asleep = 0;
};

/// Runs `arguments` (the program first, a path) without a shell.
ChildResult RunChild(const std::vector<std::string>& arguments, const ChildOptions& options = {});

/// The same with a function that never returns, in a fork of this process.
ChildResult RunFunction(const std::function<void()>& run, const ChildOptions& options = {});

}  // namespace golab::tests
