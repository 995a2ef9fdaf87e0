#include "lab/check/waits.h"

#include <algorithm>

#include "lab/check/words.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostSteps = 8;  // of a story

std::string Names(const std::vector<std::uint32_t>& goroutines) {
  // A list of partners may be cut, and nobody reads eight numbers.
  constexpr std::size_t kMostNames = 4;
  if (goroutines.size() > kMostNames) return Who(goroutines.front()) + " or another that is alive";
  std::string names;
  for (std::size_t i = 0; i < goroutines.size(); ++i) {
    if (i > 0) names += i + 1 == goroutines.size() ? " or " : ", ";
    names += Who(goroutines[i]);
  }
  return names;
}

/// "the channel made at main.cc:9", or "the channel" where that is not known.
std::string ChannelName(const History& h, std::uint64_t id) {
  const auto channel = FindChannel(h, id);
  const std::string made = channel ? FileLine(h.OwnFrame(channel->stack)) : "";
  return made.empty() ? "the channel" : "the channel made at " + made;
}

std::string ForDone(const WaitFor& waiting) {
  if (waiting.sure) return "for " + Names(waiting.partners) + " to call Done";
  if (waiting.count <= 0) return "for calls of Done";
  return "for " + Grouped(waiting.count) +
         (waiting.count == 1 ? " call of Done" : " calls of Done");
}

/// What one goroutine waits for, in words.
std::string ForWhat(const History& h, const WaitFor& waiting) {
  switch (waiting.wake_by) {
    case WakeBy::kTimer:
      return "until " + InSeconds(waiting.wait->until.value_or(0));
    case WakeBy::kOwner:
      return waiting.partners.empty() ? "for an unlock"
                                      : "for " + Names(waiting.partners) + " to unlock";
    case WakeBy::kDone:
      return ForDone(waiting);
    case WakeBy::kSend:
      return "for a send on " + ChannelName(h, waiting.wait->object);
    case WakeBy::kReceive:
      return "for a receive from " + ChannelName(h, waiting.wait->object);
    case WakeBy::kCase:
      return "for one of its cases";
    case WakeBy::kSignal:
      return "for a Signal or Broadcast";
    case WakeBy::kIO:
      return "for the network";
    case WakeBy::kFinalizer:
      return "for a finalizer to run";
    case WakeBy::kNothing:
      return "for ever";
  }
  return "";
}

}  // namespace

Story WaitLines(const History& h, const std::vector<WaitFor>& waiting) {
  Story story;
  std::vector<int> alike;
  for (const WaitFor& one : waiting) {
    std::string what = InBrackets(one.wait->reason) + " " + ForWhat(h, one);
    const std::string where = FileLine(one.where);
    const auto same = std::find_if(story.begin(), story.end(), [&](const StoryStep& step) {
      return step.what == what && step.where == where;
    });
    if (same != story.end()) {
      const int count = ++alike[static_cast<std::size_t>(same - story.begin())];
      same->who = std::to_string(count) + " goroutines";
      continue;
    }
    if (story.size() == kMostSteps) break;
    story.push_back({"", Who(one.g), std::move(what), where});
    alike.push_back(1);
  }
  return story;
}

std::vector<const GoroutineLife*> LeftWithoutDone(const History& h, const WaitFor& waiting,
                                                  Moment at) {
  if (waiting.wake_by != WakeBy::kDone || waiting.count <= 0) return {};
  auto ended = EndedWithoutDone(h, waiting.wait->object, at);
  const std::size_t alive = DoneExpectedFrom(h, waiting.wait->object, at).size();
  if (static_cast<std::int64_t>(ended.size() + alive) != waiting.count) ended.clear();
  return ended;
}

}  // namespace golab::lab
