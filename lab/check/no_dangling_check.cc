// The check `no-dangling`: what ASan and UBSan saw in one run of the image that is built for both.
// The commonest fault by far: a goroutine that uses what it captured by reference after its frame
// is gone.

#include "lab/check/common_checks.h"
#include "lab/check/operator_column.h"
#include "lab/check/undefined_operation.h"
#include "lab/check/words.h"
#include "lab/history/memory_reports.h"

namespace golab::lab::common {

#define GOLAB_CAPTURE_RULE \
  "[&] refers to the variable itself, [=] copies it (golab explain capture)"

#define GOLAB_WRAPS_RULE "in Go it wraps around, in C++ it may not (golab explain undefined)"

const CauseText kNoDanglingCauses[] = {
    {"captured", "{who} {verb} '{variable}' of {function} after its end", GOLAB_CAPTURE_RULE,
     "capture by value: [=] or [{variable}]"},
    {"captured-unnamed", "{who} {verb} a variable of {function} after its end", GOLAB_CAPTURE_RULE,
     "capture by value: [=]"},
    {"captured-argument", "{who} {verb} an argument of {function} after its end",
     GOLAB_CAPTURE_RULE, "capture by value: [=], or [=, this]"},
    {"local", "{who} {verb} '{variable}' of {function} after its end",
     "a local variable ends with the block that it stands in",
     "who still has a pointer or a reference to '{variable}', and until when?"},
    {"local-unnamed", "{who} {verb} a variable of {function} after its end",
     "a local variable ends with the block that it stands in",
     "who still has a pointer or a reference to it, and until when?"},
    {"freed", "{who} {verb} memory that was given back",
     "nobody may use an object after its delete", "who is sure to be the last to use it?"},
    {"bounds", "{who} {verb} outside of {what}", "an index goes from 0 to the size less 1",
     "which values can the index have here?"},
    {"bad-free", "{who} gives back memory that is not to be given back",
     "each new has one delete, by its one owner", "who owns it?"},
    {"other", "{who} {verb} memory that is none of its variables", "only what is alive may be used",
     "where does this address come from?"},
    {"overflow", "{who} computes {sum}: no {type} can hold it", GOLAB_WRAPS_RULE,
     "how large can these values get here?"},
    {"negation", "{who} computes -({value}): no {type} can hold it", GOLAB_WRAPS_RULE,
     "how small can this value get here?"},
    {"division", "{who} computes {value} / -1: no {type} can hold it", GOLAB_WRAPS_RULE,
     "how small can this value get here?"},
    {"shift", "{who} shifts by {places}: {type} has {bits} bits",
     "a shift goes from 0 to the bits less 1 (golab explain undefined)",
     "how many places can it be here?"},
    {"shift-back", "{who} shifts by {places}, less than nothing",
     "a shift goes from 0 to the bits less 1 (golab explain undefined)",
     "how many places can it be here?"},
    {"index", "{who} uses index {index} of an array of {size}",
     "an index goes from 0 to the size less 1", "which values can the index have here?"},
    {"bool", "{who} reads a bool that is {value}",
     "a bool is true or false; what else it holds was never set, or is no bool",
     "which line gives it its first value?"},
    {"enum", "{who} reads {value} from a {type}, which has no such value",
     "an enum holds the values of its type (golab explain undefined)",
     "which line gives it its value?"},
    {"misaligned", "{who} {does} a {type} at a misaligned address",
     "the address of a {type} is a multiple of {alignment}",
     "which cast makes this pointer? std::memcpy reads from anywhere"},
    {"wrong-object", "{who} uses as a {type} what is none",
     "a cast changes no object (golab explain undefined)",
     "what does this pointer point to, really?"},
    {"no-return", "{who} leaves a function without the value it must return",
     "each way through such a function has a return", "which way through it has none?"},
    {"null-argument", "{who} passes a null pointer where none may be",
     "some functions take no null pointer, not even for 0 bytes", "where does it come from?"},
    {"undefined", "{who} does what C++ gives no meaning to",
     "the result may be anything (golab explain undefined)", ""},
    {"limit",
     "not possible to judge: stopped at {limit}, in the image that finds dangling references",
     "what was not run to its end proves nothing", ""},
    {}};

#undef GOLAB_CAPTURE_RULE
#undef GOLAB_WRAPS_RULE

namespace {

/// "main", "Start".
std::string Plain(const std::string& function) {
  if (function.empty()) return "a function";
  const std::string name = function.starts_with("main.") ? function.substr(5) : function;
  return name.find(".func") == std::string::npos
             ? name
             : "a function literal of " + name.substr(0, name.find(".func"));
}

/// Where the goroutine that makes the access was created, if that is in the variable's own
/// function: there it was captured.
Frame CaptureOf(const History& h, const BadAccess& bad) {
  const GoroutineLife* g = h.Find(bad.g);
  if (g == nullptr || g->IsMain() || bad.function.empty()) return {};
  for (const Frame& frame : h.Stack(g->creation_stack)) {
    if (frame.own && frame.line != 0 && frame.function == bad.function) return frame;
  }
  return {};
}

/// An argument lives in the frame of the caller, and has no name there. A go with [&] in the
/// function that was called is what keeps a reference to it.
Frame CaptureOfArgument(const Evidence& evidence, const BadAccess& bad) {
  const History& h = evidence.history;
  const GoroutineLife* g = h.Find(bad.g);
  if (g == nullptr || g->IsMain() || !bad.variable.empty() || !evidence.source) return {};
  for (const Frame& frame : h.Stack(g->creation_stack)) {
    if (!frame.own || frame.line == 0) continue;
    const bool by_reference =
        evidence.source(frame.file, frame.line).find("[&") != std::string::npos;
    return by_reference && frame.function != bad.function ? frame : Frame{};
  }
  return {};
}

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : line.substr(begin);
}

Finding OfLocal(const Evidence& evidence, const BadAccess& bad) {
  const History& h = evidence.history;
  Frame capture = CaptureOf(h, bad);
  if (Frame inner = CaptureOfArgument(evidence, bad); capture.line != 0 && inner.line != 0) {
    const std::string function = Plain(inner.function);
    const std::size_t bracket = evidence.source(inner.file, inner.line).find("[&");
    inner.column = static_cast<int>(bracket) + 1;
    return Fail("captured-argument")
        .Set("function", function)
        .PlaceAt(inner, "captured-at", "refers to it; " + function + " has returned", bad.g);
  }
  const auto source = [&](int line) {
    return evidence.source ? evidence.source(capture.file, line) : std::string();
  };
  const bool named = !bad.variable.empty();
  const bool captured = capture.line != 0;
  Finding finding = Fail(captured ? (named ? "captured" : "captured-unnamed")
                                  : (named ? "local" : "local-unnamed"));
  // A block inside a function that still runs: a loop's variable, most often.
  const bool in_block = bad.fault == rt::MemoryFault::kEndedScope;
  const std::string declared = bad.variable_line > 0 ? source(bad.variable_line) : "";
  const bool in_loop =
      in_block && (Trimmed(declared).starts_with("for") || Trimmed(declared).starts_with("while"));
  finding.Set("function", Plain(bad.function) + (in_loop ? "'s loop" : in_block ? "'s block" : ""));
  if (captured) {
    const std::size_t bracket = source(capture.line).find("[&");
    if (bracket != std::string::npos) capture.column = static_cast<int>(bracket) + 1;
    std::string label = named ? "refers to '" + bad.variable + "' itself" : "refers to it";
    if (in_loop) label += ", which ended with the loop, line " + std::to_string(bad.variable_line);
    if (!in_block && !bad.function_runs) label += "; " + Plain(bad.function) + " has returned";
    finding.PlaceAt(capture, "captured-at", label, bad.g);
  }
  return finding;
}

Finding OfBounds(const BadAccess& bad) {
  const char* what = bad.fault == rt::MemoryFault::kHeapBounds     ? "an object on the heap"
                     : bad.fault == rt::MemoryFault::kGlobalBounds ? "a global variable"
                                                                   : "a local variable";
  return Fail("bounds").Set("what", bad.variable.empty() ? what : "'" + bad.variable + "'");
}

Finding Begin(const Evidence& evidence, const BadAccess& bad) {
  switch (bad.fault) {
    case rt::MemoryFault::kReturnedFrame:
    case rt::MemoryFault::kEndedScope:
      return OfLocal(evidence, bad);
    case rt::MemoryFault::kHeapBounds:
    case rt::MemoryFault::kStackBounds:
    case rt::MemoryFault::kGlobalBounds:
      return OfBounds(bad);
    case rt::MemoryFault::kFreed:
      return Fail("freed");
    case rt::MemoryFault::kBadFree:
      return Fail("bad-free");
    case rt::MemoryFault::kOther:
      break;
  }
  return Fail("other");
}

Finding OfAccess(const Evidence& evidence, const BadAccess& bad) {
  const History& h = evidence.history;
  Finding finding = Begin(evidence, bad);
  finding.Set("who", Who(bad.g))
      .Set("verb", bad.is_write ? "writes" : "reads")
      .Set("variable", bad.variable)
      .At(bad.at);
  finding.PlaceOf(h, bad.stack, "used-at",
                  Who(bad.g) + (bad.is_write ? " writes" : " reads") + " it here", bad.g);
  if (bad.free_stack != 0) finding.PlaceOf(h, bad.free_stack, "freed-at", "given back here");
  return finding;
}

Finding OfOperation(const Evidence& evidence, const UndefinedOperation& seen) {
  Finding finding = OfUndefined(seen);
  finding.Set("who", Who(seen.g)).At(seen.at);
  if (seen.frame.line == 0) return finding;
  Frame frame = seen.frame;
  if (seen.what == rt::Undefined::kOverflow && evidence.source)
    frame.column =
        ColumnOfOverflow({evidence.source(frame.file, frame.line), frame.column}, seen.message);
  finding.PlaceAt(frame, "done-at", Who(seen.g) + " does it here", seen.g);
  return finding;
}

/// The earlier of the two is the cause of the other. Only that memory holds no object of a type is
/// said better by ASan, where it knows why.
bool UndefinedIsFirst(const std::vector<UndefinedOperation>& operations,
                      const std::vector<BadAccess>& accesses) {
  if (operations.empty() || accesses.empty()) return accesses.empty();
  return operations.front().what != rt::Undefined::kWrongObject &&
         operations.front().at < accesses.front().at;
}

}  // namespace

Finding NoDangling(const Evidence& evidence) {
  if (evidence.image != Flavour::kAsan) return Skip("no race image was run");
  const History& h = evidence.history;
  const std::vector<BadAccess> accesses = BadAccessesOf(h);
  const std::vector<UndefinedOperation> operations = UndefinedOperationsOf(h);
  if (accesses.empty() && operations.empty()) {
    if (!evidence.limit.empty()) return Error("limit").Set("limit", evidence.limit).At(h.last());
    return Pass("nothing is used after its end");
  }
  const bool undefined = UndefinedIsFirst(operations, accesses);
  Finding finding =
      undefined ? OfOperation(evidence, operations.front()) : OfAccess(evidence, accesses.front());
  const std::uint32_t g = undefined ? operations.front().g : accesses.front().g;
  if (const GoroutineLife* life = h.Find(g)) finding.Blame(*life);
  return finding;
}

}  // namespace golab::lab::common
