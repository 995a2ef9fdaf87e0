#include "lab/check/story.h"

#include <algorithm>
#include <string>

#include "lab/check/words.h"

namespace golab::lab {
namespace {

using rt::EventType;

/// "prints 'level2 defer'": the first line of what was printed, as much of it as a step has room
/// for.
std::string Prints(const History& h, Moment at) {
  constexpr std::size_t kMost = 24;
  const auto& outputs = h.outputs();
  const auto printed = std::find_if(outputs.begin(), outputs.end(),
                                    [at](const Output& output) { return output.at == at; });
  if (printed == outputs.end()) return "prints";
  std::string line = printed->text.substr(0, printed->text.find('\n'));
  if (line.empty()) return "prints";
  if (line.size() > kMost) {
    std::size_t end = kMost - 3;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    line = line.substr(0, end) + "...";
  }
  return "prints '" + line + "'";
}

/// "runs": what a goroutine does in one step.
std::string What(const History& h, const LifeStep& step) {
  switch (step.what) {
    case EventType::kCreate:
      return "starts " + Who(static_cast<std::uint32_t>(step.object));
    case EventType::kBlock:
      return "waits in " + InBrackets(step.reason);
    case EventType::kYield:
      return "lets another run";
    case EventType::kPreempt:
      return "is preempted";
    case EventType::kEnd:
      return "ends";
    case EventType::kSend:
      return "sends";
    case EventType::kRecv:
      return "receives";
    case EventType::kClose:
      return "closes a channel";
    case EventType::kLock:
      return "locks";
    case EventType::kUnlock:
      return "unlocks";
    case EventType::kWaitGroupAdd:
      return "changes a WaitGroup";
    case EventType::kCondSignal:
      return "signals a Cond";
    case EventType::kDeferRun:
      return "runs a deferred function";
    case EventType::kPanic:
      return "panics: " + h.Blob(step.object).substr(0, 40);
    case EventType::kRecover:
      return "recovers";
    case EventType::kGoexit:
      return "runtime::Goexit()";
    case EventType::kOutput:
      return Prints(h, step.at);
    case EventType::kNumGoroutine:
      return "NumGoroutine() gives " + std::to_string(step.object);
    case EventType::kStackDump:
      return "takes a dump";
    case EventType::kMainReturn:
      return "returns";
    case EventType::kFatal:
      return "cannot go on";
    case EventType::kExit:
      return "ends the program";
    default:
      return "acts";  // StepsOf has no others
  }
}

StoryStep Told(const History& h, const LifeStep& step, bool times) {
  std::string what = What(h, step);
  if (step.times > 1) what += " x" + std::to_string(step.times);
  if (step.deviation) what += "  <-- Go usually runs another here";
  return {times ? InSeconds(step.time) : "", Who(step.g), std::move(what), FileLine(step.where)};
}

}  // namespace

Story StoryOf(const History& h, const std::vector<LifeStep>& steps, std::size_t most, bool times) {
  std::vector<bool> keep(steps.size(), steps.size() <= most);
  std::size_t kept = 0;
  const auto take = [&](std::size_t i) {
    if (kept == most || keep[i]) return;
    keep[i] = true;
    ++kept;
  };
  if (steps.size() > most) {
    for (std::size_t i = steps.size(); i-- > 0 && kept < (most + 1) / 2;) take(i);
    for (std::size_t i = steps.size(); i-- > 0;) {
      if (steps[i].deviation) take(i);
    }
    for (std::size_t i = steps.size(); i-- > 0;) take(i);
  }
  Story story;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (keep[i]) story.push_back(Told(h, steps[i], times));
  }
  return story;
}

}  // namespace golab::lab
