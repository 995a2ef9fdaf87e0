#pragma once
// The vocabulary of checks. A check is a rule over the history of one run; it returns data, never
// prose made by hand: a Finding whose words come from the check's own text table, filled with values
// of the recording.
//
//   GOLAB_CHECK(Rise, "task1.rise", "at some instant all workers sleep together") {
//     ...
//     return Fail("one-after-other").Set("count", n).Expected("10 asleep at once").Actual("1");
//   }
//
// How a check is declared, which need what, in which case and variation it is judged, and the texts of
// each cause are data beside it (CheckInfo, CauseText).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/history/history.h"
#include "lab/report/report.h"

namespace golab::lab {

/// What a check may look at: one run, and how it was started.
struct Evidence {
  const History& history;
  std::string case_id;                         ///< which program of the task (labs.toml, cases)
  std::string variation;                       ///< empty: the task as it is
  std::map<std::string, std::string> params;   ///< every flag of the task with its value in this run
  rt::World world = rt::World::kVirtual;

  long Int(const std::string& name) const;                 ///< a parameter as a number
  std::uint64_t DurationNs(const std::string& name) const; ///< a parameter as a Go duration, in ns
};

enum class Picture { kNone, kTimeline, kStory, kSites };

/// The outcome of one check over one run.
class Finding {
 public:
  Outcome outcome = Outcome::kPass;
  std::string cause;                             ///< names a CauseText of the check
  std::map<std::string, std::string> values;     ///< for {placeholders}
  std::string fact;                              ///< pass: one fact from the recording
  std::string expected, actual;
  std::vector<Place> places;                     ///< at most 3 are shown
  std::vector<std::uint32_t> goroutines;         ///< those concerned
  Picture picture = Picture::kNone;
  Moment at = kNever;                            ///< the earliest evidence: decides the root cause
  std::string note;

  Finding& Set(const std::string& key, const std::string& value);
  Finding& Set(const std::string& key, long value);
  Finding& Expected(std::string text);
  Finding& Actual(std::string text);
  Finding& At(Moment m);
  Finding& Show(Picture p);
  Finding& Blame(const GoroutineLife& g);
  /// A place by a stack of the recording: its innermost own frame.
  Finding& PlaceOf(const History& h, std::uint64_t stack_id, std::string role, std::string label,
                   std::uint32_t goroutine = 0);
  Finding& PlaceAt(Frame frame, std::string role, std::string label, std::uint32_t goroutine = 0);
  Finding& Note(std::string text);
};

Finding Pass(std::string fact);
Finding Fail(std::string cause);
Finding Error(std::string cause);
Finding Skip(std::string reason);

/// The words for one cause of one check; {name} is replaced from Finding::values.
struct CauseText {
  const char* cause;     ///< "one-after-other"
  const char* line_one;  ///< "the most that slept at once was {count}, not {workers}"
  const char* rule;      ///< "starting is not waiting (golab explain join)"
  const char* ask;       ///< the `try:` question; "" if the cause is not certain
};

using CheckFunction = Finding (*)(const Evidence& evidence);

/// A check, as data. Registered once, by GOLAB_CHECK, GOLAB_ADVICE.
struct CheckInfo {
  const char* id;            ///< "task1.rise"
  const char* sentence;      ///< what must hold
  CheckFunction run;
  const char* needs;         ///< ids without the task, separated by spaces: "rise hold"
  const char* cases;         ///< case ids it is judged in, separated by spaces; "" = every case
  const char* variations;    ///< "" = main and every variation; "-" = main only; else a list
  bool real_time;            ///< may be judged in real time
  bool advice;               ///< never fails
  const CauseText* causes;   ///< table, ends with a null cause
  const char* file;          ///< where it was registered
  CheckInfo* next;           ///< intrusive list; order of registration does not matter
};

/// All registered checks. Ids are unique; a duplicate is an error that names both files.
class CheckRegistry {
 public:
  static void Add(CheckInfo* info);
  static std::vector<const CheckInfo*> All();                       ///< by id
  static std::vector<const CheckInfo*> OfTask(const std::string& task);  ///< its own, by id
};

#define GOLAB_CHECK_IMPL(Name, is_advice, check_id, check_sentence, ...)                      \
  static ::golab::lab::Finding Name(const ::golab::lab::Evidence& evidence);                   \
  static ::golab::lab::CheckInfo Name##_info = [] {                                            \
    ::golab::lab::CheckInfo info{check_id, check_sentence, &Name,   "",       "",   "",        \
                                 true,     is_advice,      nullptr, __FILE__, nullptr};        \
    __VA_OPT__(__VA_ARGS__;)                                                                            \
    return info;                                                                               \
  }();                                                                                         \
  [[maybe_unused]] static const bool Name##_added =                                            \
      (::golab::lab::CheckRegistry::Add(&Name##_info), true);                                  \
  static ::golab::lab::Finding Name([[maybe_unused]] const ::golab::lab::Evidence& evidence)

/// GOLAB_CHECK(Hold, "task1.hold", "none ends before its sleep is over", info.needs = "rise",
///             info.causes = kHoldCauses) { return ...; }
#define GOLAB_CHECK(Name, check_id, check_sentence, ...) \
  GOLAB_CHECK_IMPL(Name, false, check_id, check_sentence, __VA_ARGS__)
#define GOLAB_ADVICE(Name, check_id, check_sentence, ...) \
  GOLAB_CHECK_IMPL(Name, true, check_id, check_sentence, __VA_ARGS__)

}  // namespace golab::lab
