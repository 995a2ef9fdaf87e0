#pragma once
// Child processes: one way to start them, and one way to run a command to its end.

#include <sys/resource.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lab/error.h"
#include "lab/program/files.h"

namespace golab::lab {

struct SpawnSpec {
  std::string path;  ///< executed as it is, no search
  std::vector<std::string> argv;
  std::vector<std::string> environment;        ///< all of it
  std::string folder;                          ///< working folder; empty: golab's
  std::vector<int> fds;                        ///< the child's 0, 1, 2 ...; -1 = /dev/null
  std::vector<std::pair<int, rlim_t>> limits;  ///< RLIMIT_..., soft and hard
  bool own_session = false;                    ///< else a process group of its own
  bool fixed_addresses = false;                ///< ADDR_NO_RANDOMIZE, stack limit of 8 MiB
};

struct Child {
  pid_t pid = -1;
  Fd pidfd;  ///< readable when it has ended
};

/// Starts it: no other descriptor than `fds`, default signal actions, killed when the thread that
/// calls this ends. Entered into the table of KillAllPrograms; Reap takes it out.
/// Fails with the reason if it cannot be executed.
Result<Child> Spawn(const SpawnSpec& spec);

/// Waits for its end and forgets it. The wait status.
int Reap(Child* child);

struct CommandLimits {
  std::chrono::milliseconds wall = std::chrono::seconds(60);
  std::uint64_t output_bytes = 256 << 10;
};

struct CommandResult {
  enum class Ended { kByItself, kWall, kOutput, kCancelled };

  Ended ended = Ended::kByItself;
  int wait_status = 0;
  std::string output;  ///< stdout and stderr
};

/// Runs `spec` (whose `fds` are set here) to its end, or kills it with all its descendants.
Result<CommandResult> RunCommand(SpawnSpec spec, const CommandLimits& limits,
                                 const std::atomic<bool>* cancel = nullptr);

/// The path of an executable file `name` in the colon-separated folders; empty if there is none.
std::string FindExecutable(const std::string& name, const std::string& folders);

}  // namespace golab::lab
