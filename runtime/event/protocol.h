#pragma once
// How a lab starts a program and asks it for runs.
//
// The lab executes the image once, with the file descriptors below, a fixed environment
// (GOLAB_LAB=1, and GOLAB_PROGRAM=name when the image holds several programs), argv[0] = "program"
// and the program's flags behind it, and without address randomisation. The runtime's constructor
// turns that process into a zygote: it waits for commands and forks one child a run. Static
// initialisers and main run in the child.
//
// Included by runtime and lab; holds data definitions only.

#include <cstdint>

namespace golab::rt {

inline constexpr int kFdCommand = 3;    ///< pipe, lab to zygote
inline constexpr int kFdReply = 4;      ///< pipe, zygote to lab
inline constexpr int kFdRecording = 5;  ///< sealed memfd, see record.h
inline constexpr int kFdSymbols = 6;    ///< symbol table of the image, or /dev/null
[[gnu::visibility("hidden")]] inline constexpr const char kEnvLab[] = "GOLAB_LAB";
[[gnu::visibility("hidden")]] inline constexpr const char kEnvProgram[] = "GOLAB_PROGRAM";

enum class CommandOp : std::uint32_t { kRun = 1, kKill = 2, kSignal = 3 };

/// Lab to zygote. While a run is under way only kKill and kSignal are taken.
struct Command {
  CommandOp op;
  std::uint32_t run;     ///< echoed in the reply
  std::uint32_t signal;  ///< kSignal: sent to the run's process
  std::uint32_t reserved;
};

/// Zygote to lab: first `{ready}` when it waits for the first command, then one a run.
struct Reply {
  std::uint32_t ready;  ///< 1 in the first reply, 0 else
  std::uint32_t run;
  std::int32_t status;   ///< wait status of the run's process
  std::uint32_t killed;  ///< 1: ended by kKill
  std::uint64_t wall_ns;
  std::uint64_t cpu_ns;
  std::uint64_t max_rss_kib;
  std::uint64_t minor_faults;
};

}  // namespace golab::rt
