#pragma once
// Everything that is said about the tasks, read from labs.toml: one table a task, no code. What is
// done (checks, programs) is registered beside the task and names the ids of this file.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lab/error.h"

namespace golab::lab {

/// A flag of a task's program. Numbers are the value, or nanoseconds for a duration.
struct Parameter {
  enum class Type : std::uint8_t { kInt, kDuration, kBool, kString };

  std::string name;
  Type type = Type::kInt;
  std::string default_value;  ///< as a user types it: "10", "100ms", "true"
  std::int64_t min = 0;       ///< what `run` and flags given accept
  std::int64_t max = 0;
  std::int64_t check_min = 0;  ///< where `check` draws its other values from
  std::int64_t check_max = 0;
  std::string help;

  /// Nothing if `value` is of the type and in the range; else what is wrong with it:
  /// "must be between 1 and 100000, not 0".
  std::string Complaint(std::string_view value) const;
};

/// Rules of the common checks that a task, a variation or a case sets aside.
enum class Exemption : std::uint8_t {
  kBusyAllowed,  ///< "busy_allowed": a goroutine may run for ever (no livelock, no limit by it)
  kLeakAllowed,  ///< "leak_allowed": goroutines may be left over after main's return
  kFailAllowed,  ///< "fail_allowed": the program may end with a failure; the task's checks judge it
  kAsleepAllowed,  ///< "asleep_allowed": the program may end by the deadlock report
  kServes,       ///< "serves": runs until it is told to end; the driver ends it
};

/// The task with other flags, and what must be seen then.
struct Variation {
  std::string id;
  std::string title;
  std::vector<std::string> args;  ///< ["--leak"]
  std::string shows;              ///< what it must show
  std::string flag;               ///< the flag the program must define; without it: not judged
  std::set<Exemption> common;
};

/// One program of a task: which files are linked, how it is started.
struct Case {
  std::string id;
  std::string title;
  std::vector<std::string> with;     ///< sources of the task's folder linked in
  std::vector<std::string> without;  ///< files of the submission left out
  std::vector<std::string> args;
  std::string variation;  ///< "": the task as it is
  double share = 0;       ///< its part of the schedules; the shares of a task sum to 1
  /// What only the real world shows: its runs, a few, are in real time on so many Ps. 0: they are
  /// in the virtual world, as all others.
  int procs = 0;
  /// A person is the outside world: `golab run` runs this in place of the others, nothing else does.
  bool live = false;
  bool serve = false;  ///< of a live case: only `golab run --serve` runs it
  std::set<Exemption> common;
};

struct Limits {
  std::int64_t wall_ns = 0;
  std::int64_t cpu_ns = 0;
  std::int64_t memory_mib = 0;
  std::int64_t virtual_ns = 0;
  std::int64_t output_bytes = 0;
};

struct Task {
  std::string id;
  std::string title;
  std::string folder;  ///< relative to golab's sources: "tasks/task01_num_goroutine"
  bool required = false;
  std::map<std::string, double> points;  ///< by check id, only those that differ from 1
  std::vector<Parameter> parameters;
  std::vector<Variation> variations;
  std::vector<Case> cases;  ///< never empty: a task without any has one, "main", with all schedules
  std::vector<std::string> files;  ///< what a submission consists of
  Limits limits;
  std::vector<std::string> hints;  ///< three
  std::set<Exemption> common;
  int line = 0;  ///< where its table begins

  double PointsOf(std::string_view check_id) const;
  const Parameter* FindParameter(std::string_view name) const;
  const Variation* FindVariation(std::string_view name) const;
  const Case* FindCase(std::string_view name) const;
};

struct Catalogue {
  std::string file;         ///< for messages
  std::vector<Task> tasks;  ///< in the order of the file

  const Task* Find(std::string_view id) const;
  /// The task, or: "no task 'tsak3'; did you mean 'task3'? (golab list shows all)".
  Result<const Task*> Get(std::string_view id) const;
};

/// Where a task stands in the course: "required", "recommended", "stretch", "find the bug",
/// "optimise". By `required`, else by the letters of its id.
std::string TrackOf(const Task& task);

/// Those that have tasks, required ones first, then in the order of the file.
std::vector<std::string> Tracks(const Catalogue& catalogue);

/// Reads a catalogue. The error is the first fault: file:line:column, the task, the key, what was
/// found and what is allowed.
Result<Catalogue> ParseCatalogue(std::string_view text, const std::string& file);

/// The file's own, or the one built into golab where `path` is empty.
Result<Catalogue> LoadCatalogue(const std::string& path);

/// labs.toml as it was when golab was built.
std::string_view EmbeddedLabsToml();

}  // namespace golab::lab
