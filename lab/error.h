#pragma once
// What went wrong in the world around golab: files, labs.toml, child processes, the compiler.
// Travels up as Result<T>; each level adds what it was doing; only app prints and picks the exit
// status.
//
// A message reads: where: what: why (what to do). Lower case, no full stop, values quoted with '.
//
//   golab: labs.toml:41:9: task 'task3': 'seeds' must be between 1 and 10000, not 0
//   golab: cannot start 'ana/task3': Permission denied (golab doctor checks)

#include <cstring>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace golab::lab {

/// Who has to act; decides golab's exit status.
enum class ExitClass {
  kUsage = 2,     ///< The caller: arguments, files that are not there, a bad catalogue.
  kBuild = 3,     ///< The submission does not build.
  kInternal = 4,  ///< The machine or golab itself: no memory, no compiler, no processes.
};

/// One failure. `what` is never empty; the others are empty where they say nothing.
struct Error {
  std::string what = {};        ///< "cannot read 'main.cc'"
  std::string where = {};       ///< file, file:line:column, or whatever the reader can open
  std::string why = {};         ///< what was found: the system's text, the offending value
  std::string what_to_do = {};  ///< "golab doctor checks"
  ExitClass exit_class = ExitClass::kInternal;

  /// The message, without the leading "golab: ".
  std::string Text() const {
    std::string text;
    if (!where.empty()) text += where + ": ";
    text += what;
    if (!why.empty()) text += ": " + why;
    if (!what_to_do.empty()) text += " (" + what_to_do + ")";
    return text;
  }
};

// `struct Error`, because a scope may also have a function of that name (lab/check/check.h).

/// A T, or why there is none.
template <typename T>
using Result = tl::expected<T, struct Error>;

/// What a function returns to fail: `return Failure({.what = "...", .exit_class = ...});`
inline tl::unexpected<struct Error> Failure(struct Error error) {
  return tl::unexpected<struct Error>(std::move(error));
}

/// A failed system call on something the reader knows by name: Failure of "what: strerror(code)".
inline tl::unexpected<struct Error> SystemFailure(std::string what, int code,
                                                  ExitClass exit_class = ExitClass::kInternal,
                                                  std::string what_to_do = "") {
  struct Error error;
  error.what = std::move(what);
  const char* text = strerrordesc_np(code);
  error.why = text != nullptr ? text : "error " + std::to_string(code);
  error.what_to_do = std::move(what_to_do);
  error.exit_class = exit_class;
  return tl::unexpected<struct Error>(std::move(error));
}

}  // namespace golab::lab
