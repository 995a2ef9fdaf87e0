#pragma once
// What golab found out, ready to be rendered. Every output format is a pure function of a Report.
//
// Texts are UTF-8 and may quote a submission: formats treat them as hostile.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/report/picture.h"

namespace golab::lab {

enum class Outcome { kPass, kFail, kError, kSkip };

/// "pass", "fail", "error", "skip".
const char* OutcomeName(Outcome outcome);

/// A place in the student's code.
struct Place {
  std::string role;  ///< machine word: "created-at", "waits-at", "panicked-at" ...
  std::string file;  ///< relative to the submission, with '/'
  int line = 0;      ///< 0 = unknown
  int column = 0;    ///< 0 = unknown
  std::uint32_t goroutine = 0;
  std::string label;   ///< what to say of it: "main's last wait; no line waits for the workers"
  std::string source;  ///< the line as written, empty if not at hand
  std::string callee;  ///< what is called there ("Sleep"): finds the column where it is unknown
};

struct GoroutineReport {
  std::uint32_t id = 0;
  int alike = 1;                   ///< how many stand so, itself included
  std::string function;            ///< start function, Go style: "main.main.func1"
  std::string created_at;          ///< "main.cc:12", empty for main
  std::string status;              ///< "waiting", "runnable", "running", "ended"
  std::string wait_reason;         ///< "chan receive", empty if not waiting
  std::vector<std::string> stack;  ///< "main.Worker main.cc:12", innermost first
};

struct CheckReport {
  std::string id;        ///< "task1.hold"
  std::string sentence;  ///< what must hold
  Outcome outcome = Outcome::kSkip;
  std::string message;  ///< line one; for a pass one fact, for a skip the reason
  std::string cause;    ///< machine word, empty if none
  std::string expected;
  std::string actual;
  std::string rule;
  std::string explanation;  ///< the whole block as plain text, 80 columns, ASCII
  std::string seed;         ///< "41", "0" ...: the schedule it failed in; empty for a pass
  std::string variation;    ///< empty: the task as it is
  std::map<std::string, std::string> parameters;  ///< flags that differ from the defaults
  std::string replay;                             ///< the complete command
  std::vector<Place> places;
  std::vector<GoroutineReport> goroutines;
  int failed_schedules = 0;
  int schedules = 0;
  double points = 0;
  double max_points = 0;
  bool real_time_skip = false;  ///< skip because real time cannot judge it

  // What only the block for people shows (lab/explain/block.h); empty parts are left out.
  std::string context;  ///< under line one: "golab linked your test with 6 other RunWork"
  std::string ask;      ///< the `try:` question
  std::string note;
  std::string go_says;   ///< Go's own text of the same fault: "fatal error: ..."
  std::string compiler;  ///< the compiler's own line, if it did not build
  Timeline timeline;
  Story story;
  Sites sites;

  // What -v adds.
  std::vector<GoroutineReport> everyone;  ///< all goroutines at that moment, alike ones once
  int switches = 0;                       ///< how often the schedule that was found left Go's order
  int shortest = -1;  ///< how often the one that is shown does; -1: it is the one that was found
  std::vector<std::string> failed_seeds;  ///< of its case and parameters, in order
};

struct AdviceReport {
  std::string id;  ///< "task1.joined"
  std::string message;
};

struct TaskReport {
  std::string id;
  std::string title;
  bool required = false;
  bool attempted = true;  ///< false: still the starter
  Outcome outcome = Outcome::kSkip;
  std::string root;  ///< id of the root cause, empty if none failed
  double points = 0;
  double max_points = 0;
  double seconds = 0;
  int schedules = 0;           ///< runs made
  int distinct_schedules = 0;  ///< different ones among them
  int proved_schedules = 0;    ///< all that there are, if all of them were tried and pass
  std::vector<CheckReport> checks;
  std::vector<AdviceReport> advice;
  std::string output;  ///< what the program printed in the run that is shown, cut
  std::string page;    ///< the address of its timeline page, for people; empty: none was written
};

/// "100 runs, 88 different schedules".
std::string RunsInWords(const TaskReport& task);

/// "proved: all 51 schedules that differ (...) pass"; empty if it is not so.
std::string ProofInWords(const TaskReport& task);

struct Report {
  std::string golab_version;
  std::string subject;  ///< "reference", or the directory as the user gave it
  std::string seed;     ///< empty unless --seed was given
  int seeds = 0;        ///< runs asked for
  Outcome outcome = Outcome::kSkip;
  double points = 0;
  double max_points = 0;
  double seconds = 0;
  std::int64_t started = 0;   ///< seconds since 1970, UTC
  bool reproducible = false;  ///< durations are rendered as 0, time stamps as 1970
  std::vector<TaskReport> tasks;
};

}  // namespace golab::lab
