#pragma once
// What a timeline page shows, as plain data: states of goroutines over time, and what was judged of
// them. Made of a run's history (from_history.h), or by whoever reads traces; written by page.h.
//
// Texts are UTF-8 as far as their source was; the writer repairs and escapes them. Indices that
// point nowhere are taken for "unknown" by the page.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace golab::lab::page {

/// Values stand in pages: never renumber.
enum class State : std::uint8_t {
  kRunnable = 0,
  kRunning = 1,
  kSyscall = 2,
  kWaiting = 3,
  kEnded = 4,
  kMixed = 5,  ///< several, too short to be told apart; see Transition::shares
};

/// A goroutine comes into a state.
struct Transition {
  std::uint64_t time_ns = 0;
  std::uint64_t order = 0;   ///< place among all events of the recording; see Timeline::has_order
  std::uint32_t reason = 0;  ///< kWaiting: into Timeline::reasons; 0: none
  std::uint32_t stack = 0;   ///< into Timeline::stacks; 0: not known
  std::uint32_t waker = 0;   ///< kRunnable: the goroutine that woke it; 0: none, the clock
  std::uint16_t p = 0;       ///< kRunning: the processor, from 0
  State state = State::kRunnable;
  /// kMixed: sixteenths of its time in kRunning, kRunnable, kSyscall; the rest was spent waiting.
  std::uint8_t shares[3] = {};
};

struct Goroutine {
  std::uint64_t id = 0;
  std::uint64_t creator = 0;   ///< 0: the runtime, or not in the recording
  std::uint32_t function = 0;  ///< into Timeline::strings, as all names
  std::uint32_t site = 0;      ///< "main.cc:27": where it was created; 0: not known
  bool created = true;         ///< its creation is in the recording; false: it was there before
  bool system = false;         ///< the runtime's own
  bool never_ends = false;     ///< it waits at the end, and nothing can wake it
  std::vector<Transition> transitions = {};  ///< by time; the first is its creation
};

struct Frame {
  std::uint32_t function = 0;
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  bool own = false;  ///< the program's own code
};

using Stack = std::vector<Frame>;  // innermost first

/// A stretch of one goroutine's time that its program has named (runtime/trace's regions).
struct Region {
  std::uint64_t goroutine = 0;
  std::uint64_t begin_ns = 0, end_ns = 0;
  std::uint32_t name = 0;
};

/// Something that went on for all: a phase of the garbage collector.
struct Band {
  std::uint64_t begin_ns = 0, end_ns = 0;
  std::string name;
};

/// An instant with a name: "main returned".
struct Mark {
  std::uint64_t time_ns = 0, order = 0;
  std::string name;
  bool after_is_over = false;  ///< what comes after it is tinted: main has returned
};

/// Where to look for what a check says.
struct Evidence {
  std::uint64_t goroutine = 0;  ///< 0: none
  std::uint64_t time_ns = 0, order = 0;
  std::string note;  ///< "G6 never ends"
};

/// A number over time: each value from its instant on.
using Curve = std::vector<std::pair<std::uint64_t, std::int64_t>>;

struct Check {
  std::string id;                        ///< "hold", without the task
  std::string outcome;                   ///< "pass", "fail", "error", "skip"
  std::string sentence;                  ///< what must hold
  std::string message;                   ///< what happened
  std::string rule, ask, note, go_says;  ///< each may be empty
  std::string expected, actual;
  std::vector<std::string> expected_list, actual_list;  ///< where an order is judged
  Curve expected_curve, actual_curve;                   ///< both or none
  std::int64_t expected_count =
      -1;  ///< goroutines alive at `count_at_ns`; -1: nothing is said of it
  std::uint64_t count_at_ns = 0, count_at_order = 0;
  std::string elsewhere;  ///< a command: the failure is not in this run, but in that one
  std::vector<std::pair<std::string, std::string>>
      story;  ///< "main", "waits in wg.Wait()  main.cc:31"
  std::vector<Evidence> evidence;
};

struct Timeline {
  std::string title;               ///< "task1"
  std::string subtitle;            ///< "NumGoroutine over a lifecycle"
  std::vector<std::string> facts;  ///< "submission", "seed 42", for the header
  bool is_virtual = false;         ///< running takes no time: the page counts runs instead
  bool has_order = false;          ///< Transition::order means something
  std::uint64_t begin_ns = 0, end_ns = 0;
  std::string window_command = {};  ///< writes a page of a part: "golab trace FILE --html PAGE"
  std::string note = {};            ///< said in a bar above all: "The recording is cut off: ..."

  std::vector<std::string> strings = {""};  ///< names; 0 is none
  std::vector<std::string> reasons = {""};  ///< wait reasons in Go's words; 0 is none
  std::vector<Stack> stacks = {{}};         ///< 0 is none
  std::vector<Goroutine> goroutines;        ///< by id
  std::vector<Region> regions;
  std::vector<Band> bands;
  std::vector<Mark> marks;
  std::vector<Check> checks;
  std::map<std::string, std::string> sources;  ///< files by the names that frames have
};

/// Gives names their places in Timeline::strings or Timeline::reasons.
class Names {
 public:
  explicit Names(std::vector<std::string>* names) : names_(*names) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      index_.emplace(names_[i], static_cast<std::uint32_t>(i));
  }

  std::uint32_t Of(std::string_view name) {
    const auto [it, added] =
        index_.emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (added) names_.emplace_back(name);
    return it->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

}  // namespace golab::lab::page
