#pragma once
// A program under way: the lab's side of runtime/event/protocol.h. The image is executed once and
// then forked for each run, so that a hundred runs cost what a few starts cost.
//
//   auto process = Process::Start(spec, map.fd(), limits);
//   (*process)->OnLook([&] { return map.Drain(); });
//   for (...) { map.Reset(plan); auto run = (*process)->Run(); map.Take(); }
//
// Everything that a program may do to golab ends here: it is killed when it runs too long, is busy
// without an event, takes too much memory or prints too much, and nothing of it is left behind.
//
// Thread safety: a Process belongs to the thread that started it, and must be destroyed before that
// thread ends (the kernel kills a program together with the thread that forked it). Different
// threads may each have their own.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

/// What is executed.
struct ImageSpec {
  std::string path;
  std::vector<std::string> flags;        ///< the program's own: argv[1] and on
  std::string program;                   ///< which of the image's programs; empty: it has one
  std::string symbols_path;              ///< symbol table of the image; empty: none
  std::vector<std::string> wrapper;      ///< put before the image's path, e.g. a sandbox
  std::vector<std::string> environment;  ///< "NAME=value" beyond the fixed ones
};

struct RunLimits {
  std::chrono::nanoseconds wall = std::chrono::seconds(10);  ///< of one run
  std::chrono::nanoseconds silent_cpu =
      std::chrono::seconds(5);  ///< processor time without an event
  std::chrono::nanoseconds start =
      std::chrono::seconds(20);            ///< until the image waits for commands
  int cpu_seconds = 60;                    ///< of one process
  std::uint64_t memory_bytes = 512 << 20;  ///< resident, page tables included
  std::uint64_t output_bytes = 1 << 20;    ///< of stdout and of stderr
  std::uint64_t file_bytes = 16 << 20;     ///< of a file it writes
  bool unlimited_time = false;             ///< `wall`, `silent_cpu`, `cpu_seconds` do not count
};

/// Why golab ended a run.
enum class Killed {
  kNo,
  kWall,       ///< RunLimits::wall
  kSilent,     ///< RunLimits::silent_cpu
  kMemory,     ///< RunLimits::memory_bytes
  kOutput,     ///< RunLimits::output_bytes
  kRecords,    ///< OnLook's function said so: the recording is as large as it may get.
  kRequested,  ///< Process::Kill
};

/// "", "wall", "silent", "memory", "output", "records", "requested".
const char* KilledName(Killed killed);

/// What can be known of a run from outside. What happened in it is in the recording.
struct RunResult {
  int wait_status = 0;  ///< as waitpid gives it; meaningless if killed_runner
  Killed killed = Killed::kNo;
  bool killed_runner = false;  ///< the program killed the process that runs it: the run is void
  std::uint64_t wall_ns = 0;
  std::uint64_t cpu_ns = 0;
  std::uint64_t max_rss_kib = 0;
  std::uint64_t minor_faults = 0;
  std::string out;             ///< bytes of stdout
  std::string err;             ///< bytes of stderr
  bool out_truncated = false;  ///< the cap was reached
  bool err_truncated = false;
  bool out_rewound = false;  ///< the program went back in its own output: it proves nothing
  bool err_rewound = false;

  bool Exited(int status) const;  ///< ended by itself, with that exit status
  int TermSignal() const;         ///< the signal that ended it, 0 if none
};

/// What is new since the last Poll.
struct Progress {
  bool running = false;
  std::string out;  ///< new bytes of stdout
  std::string err;
  std::uint64_t records = 0;  ///< Header::records.used now
};

class Process {
 public:
  /// Executes the image and waits until it takes commands. `recording_fd` is the sealed memfd that
  /// it records into; the caller keeps it open, and empties it and writes the plan before each run.
  /// Errors: it cannot be executed, or ended before (with what it wrote to stderr), or is no
  /// program of golab's.
  static Result<std::unique_ptr<Process>> Start(ImageSpec spec, int recording_fd,
                                                RunLimits limits = {});

  /// Called about every millisecond while a run is under way, to take records out of the map before
  /// it is full. False ends the run: Killed::kRecords.
  void OnLook(std::function<bool()> look);

  /// Ends what is left of it, descendants included.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// One run, to its end. Starts the image anew if the run before killed its runner.
  Result<RunResult> Run();

  // The same in steps, for whoever shows a run while it is under way: Begin, then Wait or Poll
  // until it has ended, then End.

  Result<void> Begin();

  /// Watches the run for at most `at_most`. True when it has ended.
  Result<bool> Wait(std::chrono::nanoseconds at_most);

  /// What is new. Never blocks; enforces the limits like Wait.
  Result<Progress> Poll();

  /// The result of a run that has ended, once a run.
  RunResult End();

  void Signal(int signal);  ///< Sends it to the run's process.
  void Kill();              ///< Ends the run: Killed::kRequested.

  /// The program's working folder: private, empty at the start of each run, gone with the Process.
  const std::string& folder() const;

 private:
  struct State;
  explicit Process(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Kills every program and compilation of this golab, descendants included. Async-signal-safe: for
/// golab's own handler of SIGINT and SIGTERM, which then ends golab.
void KillAllPrograms();

}  // namespace golab::lab
