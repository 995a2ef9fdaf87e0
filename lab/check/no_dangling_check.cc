// The check `no-dangling`: what ASan saw in one run of an ASan image. The commonest fault by far: a
// goroutine that uses what it captured by reference after its frame is gone.

#include "lab/check/common_checks.h"
#include "lab/check/words.h"
#include "lab/history/memory_reports.h"

namespace golab::lab::common {

#define GOLAB_CAPTURE_RULE \
  "[&] refers to the variable itself, [=] copies it (golab explain capture)"

const CauseText kNoDanglingCauses[] = {
    {"captured", "{who} {verb} '{variable}' of {function} after its end", GOLAB_CAPTURE_RULE,
     "capture by value: [=] or [{variable}]"},
    {"captured-unnamed", "{who} {verb} a variable of {function} after its end", GOLAB_CAPTURE_RULE,
     "capture by value: [=]"},
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
    {"limit",
     "not possible to judge: stopped at {limit}, in the image that finds dangling references",
     "what was not run to its end proves nothing", ""},
    {}};

#undef GOLAB_CAPTURE_RULE

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

std::string_view Trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  return begin == std::string_view::npos ? "" : line.substr(begin);
}

Finding OfLocal(const Evidence& evidence, const BadAccess& bad) {
  const History& h = evidence.history;
  Frame capture = CaptureOf(h, bad);
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

}  // namespace

Finding NoDangling(const Evidence& evidence) {
  if (evidence.image != Flavour::kAsan) return Skip("no race image was run");
  const History& h = evidence.history;
  const std::vector<BadAccess> accesses = BadAccessesOf(h);
  if (!accesses.empty()) {
    const BadAccess& bad = accesses.front();
    Finding finding = Begin(evidence, bad);
    finding.Set("who", Who(bad.g))
        .Set("verb", bad.is_write ? "writes" : "reads")
        .Set("variable", bad.variable)
        .At(bad.at);
    finding.PlaceOf(h, bad.stack, "used-at",
                    Who(bad.g) + (bad.is_write ? " writes" : " reads") + " it here", bad.g);
    if (bad.free_stack != 0) finding.PlaceOf(h, bad.free_stack, "freed-at", "given back here");
    if (const GoroutineLife* g = h.Find(bad.g)) finding.Blame(*g);
    return finding;
  }
  if (!evidence.limit.empty()) return Error("limit").Set("limit", evidence.limit).At(h.last());
  return Pass("nothing is used after its end");
}

}  // namespace golab::lab::common
