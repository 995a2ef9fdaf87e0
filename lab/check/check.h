#pragma once
// The vocabulary of checks. A check is a rule over the history of one run; it returns data, never
// prose made by hand: a Finding whose words come from the check's own text table, filled with
// values of the recording.
//
//   constexpr CauseText kRiseCauses[] = {
//       {"one-after-other", "the most that slept at once was {count}, not {workers}",
//        "starting is not waiting (golab explain join)", "which line waits before the next one
//        starts?"},
//       {}};
//
//   GOLAB_CHECK(Rise, "task1.rise", "at some instant all workers sleep together",
//               info.causes = kRiseCauses) {
//     const Peak peak = MostAsleep(evidence.history, evidence.DurationNs("sleep"));
//     if (peak.count >= evidence.Int("workers")) return Pass("...");
//     return Fail("one-after-other").Set("count", peak.count).Expected("10 asleep at
//     once").Actual("1");
//   }
//
// How a check is declared, which need what, in which case and variation it is judged, and the texts
// of each cause are data beside it (CheckInfo, CauseText).

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/history/history.h"
#include "lab/program/flavour.h"
#include "lab/report/report.h"

namespace golab::lab {

/// What a check may look at: one run, and how it was started.
struct Evidence {
  const History& history;
  std::string case_id = {};    ///< which program of the task (labs.toml, cases)
  std::string variation = {};  ///< empty: the task as it is
  std::map<std::string, std::string> params =
      {};  ///< every flag of the task with its value in this run
  rt::World world = rt::World::kVirtual;
  std::set<Exemption> common = {};  ///< what the task, the variation and the case set aside
  Flavour image = Flavour::kPlain;  ///< which image of the program ran
  std::string limit = {};           ///< what ended the run from outside: "256 MiB of memory"
  /// A line of the program's source as it is written; null or "": not at hand.
  std::function<std::string(const std::string& file, int line)> source = {};

  /// A parameter as a number, as a Go duration in nanoseconds, as a truth. To ask for one that the
  /// task does not have is a fault of the check: golab ends (`golab: ...`), the self-check finds
  /// it.
  long Int(const std::string& name) const;
  std::uint64_t DurationNs(const std::string& name) const;
  bool Bool(const std::string& name) const;

  bool InRealTime() const { return world == rt::World::kReal; }

  bool Exempt(Exemption exemption) const { return common.contains(exemption); }
};

/// What is drawn under the places: the check's own, or else made of the `goroutines` of the
/// finding.
enum class Picture { kNone, kTimeline, kStory, kSites };

/// How many goroutines of the program should be alive just after an event.
struct AliveCount {
  std::int64_t count = 0;
  Moment at = kNever;
};

/// The outcome of one check over one run.
class Finding {
 public:
  Outcome outcome = Outcome::kPass;
  std::string cause;                          ///< names a CauseText of the check
  std::map<std::string, std::string> values;  ///< for {placeholders}
  std::string fact;  ///< pass: one fact from the recording; skip: the reason
  std::string expected, actual;
  std::string context;                    ///< a line under line one
  std::vector<Place> places;              ///< at most 3 are shown
  std::vector<std::uint32_t> goroutines;  ///< those concerned
  Picture picture = Picture::kNone;
  Timeline timeline;
  Story story;
  Sites sites;
  Moment at = kNever;               ///< the earliest evidence: decides the root cause
  std::optional<AliveCount> alive;  ///< a number of goroutines that was expected, for pictures
  std::vector<std::string> expected_list, actual_list;  ///< where an order is judged, for pictures
  std::string note;
  std::string go_says;   ///< Go's own text of the same fault
  std::string compiler;  ///< the compiler's own line, if it did not build

  Finding& Set(const std::string& key, const std::string& value);
  Finding& Set(const std::string& key, std::int64_t value);
  Finding& Expected(std::string text);
  Finding& Actual(std::string text);
  Finding& At(Moment m);
  Finding& ExpectAlive(std::int64_t count, Moment m);
  Finding& Lists(std::vector<std::string> expected, std::vector<std::string> actual);
  Finding& Show(Picture p);
  Finding& Blame(const GoroutineLife& g);
  /// A place by a stack of the recording: its innermost own frame. Without one nothing is added.
  Finding& PlaceOf(const History& h, std::uint64_t stack_id, std::string role, std::string label,
                   std::uint32_t goroutine = 0);
  Finding& PlaceAt(const Frame& frame, std::string role, std::string label,
                   std::uint32_t goroutine = 0);
  Finding& Note(std::string text);
  Finding& Context(std::string text);
  Finding& GoSays(std::string text);
};

[[nodiscard]] Finding Pass(std::string fact);
[[nodiscard]] Finding Fail(std::string cause);
// A function may have the name of a struct of its scope (lab/error.h); which is meant is always
// clear.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
[[nodiscard]] Finding Error(std::string cause);  ///< could not be judged to the end: a limit
#pragma GCC diagnostic pop
[[nodiscard]] Finding Skip(std::string reason);

/// Why nothing is said of what might have happened later (StoppedOnItsWay).
inline constexpr char kStopped[] = "not judged: the program was stopped on its way";

/// The words for one cause of one check; {name} is replaced from Finding::values (text_template.h).
struct CauseText {
  const char* cause = nullptr;  ///< "one-after-other"
  const char* line_one = "";    ///< "the most that slept at once was {count}, not {workers}"
  const char* rule = "";        ///< "starting is not waiting (golab explain join)"
  const char* ask = "";         ///< the `try:` question; "" if the cause is not certain
};

using CheckFunction = Finding (*)(const Evidence& evidence);

/// A check, as data. Registered once, by GOLAB_CHECK, GOLAB_ADVICE.
struct CheckInfo {
  const char* id = "";        ///< "task1.rise"
  const char* sentence = "";  ///< what must hold
  CheckFunction run = nullptr;
  const char* needs = "";       ///< ids without the task, separated by spaces: "rise hold"
  const char* cases = "";       ///< case ids it is judged in, separated by spaces; "" = every case
  const char* variations = "";  ///< "" = main and every variation; "-" = main only; else a list
  bool real_time = true;        ///< may be judged in real time
  bool advice = false;          ///< never fails
  const CauseText* causes = nullptr;  ///< table, ends with a null cause
  const char* file = "";              ///< where it was registered
  int line = 0;
  CheckInfo* next = nullptr;  ///< intrusive list; order of registration does not matter

  /// "rise": the id without the task.
  std::string_view ShortId() const;
  std::string_view Task() const;
  bool AppliesTo(std::string_view case_id, std::string_view variation) const;
  const CauseText* FindCause(std::string_view cause) const;
};

/// What a finding says, its placeholders filled.
struct Words {
  std::string line_one, rule, ask;
  std::string
      problem;  ///< of the check itself: no such cause, a placeholder without value; else empty
};

Words WordsOf(const CheckInfo& info, const Finding& finding);

/// Runs a check where it may be judged: "real time" is the reason of a skip that real time forces.
Finding Judge(const CheckInfo& info, const Evidence& evidence);

/// What is wrong with a check's own data, a sentence each; asked by tests and by the self-check.
std::vector<std::string> ProblemsOf(const CheckInfo& info);

/// All registered checks. Registration happens before main and needs no lock.
class CheckRegistry {
 public:
  static void Add(CheckInfo* info);
  static std::vector<const CheckInfo*> All();  ///< by id; of two with one id the first
  static std::vector<const CheckInfo*> OfTask(std::string_view task);  ///< its own, by id
  static const CheckInfo* Find(std::string_view id);
  /// "check 'task1.rise' is registered twice: at a.cc:3 and at b.cc:5", one a pair.
  static std::vector<std::string> Duplicates();
};

/// GOLAB_CHECK(Hold, "task1.hold", "none ends before its sleep is over", info.needs = "rise",
///             info.causes = kHoldCauses) { return ...; }
/// What follows the sentence are assignments to the check's CheckInfo, `info`.
#define GOLAB_CHECK(Name, check_id, check_sentence, ...) \
  GOLAB_CHECK_IMPL(Name, false, check_id, check_sentence, __VA_ARGS__)
#define GOLAB_ADVICE(Name, check_id, check_sentence, ...) \
  GOLAB_CHECK_IMPL(Name, true, check_id, check_sentence, __VA_ARGS__)

#define GOLAB_CHECK_IMPL(Name, is_advice, check_id, check_sentence, ...)     \
  static ::golab::lab::Finding Name(const ::golab::lab::Evidence& evidence); \
  [[maybe_unused]] static const bool Name##_registered = [] {                \
    static ::golab::lab::CheckInfo info;                                     \
    info.id = check_id;                                                      \
    info.sentence = check_sentence;                                          \
    info.run = &Name;                                                        \
    info.advice = is_advice;                                                 \
    info.file = __FILE__;                                                    \
    info.line = __LINE__;                                                    \
    __VA_OPT__(static_cast<void>((__VA_ARGS__));)                            \
    ::golab::lab::CheckRegistry::Add(&info);                                 \
    return true;                                                             \
  }();                                                                       \
  static ::golab::lab::Finding Name([[maybe_unused]] const ::golab::lab::Evidence& evidence)

}  // namespace golab::lab
