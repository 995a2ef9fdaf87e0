#include "lab/history/collections.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace golab::lab {

using rt::EventType;
using rt::GcWatch;
using rt::Record;

namespace {

/// The latest call of that kind which has not come as far as `stage`.
EndCall* Pending(WatchedObject& object, bool is_cleanup, Moment EndCall::*stage, bool needs_queue) {
  for (EndCall& call : object.calls) {
    if (call.is_cleanup != is_cleanup || call.*stage != kNever || call.taken_back != kNever)
      continue;
    if (needs_queue && call.queued == kNever) continue;
    return &call;
  }
  return nullptr;
}

Kept KeptOf(const History& h, Moment m, std::uint64_t* object) {
  const Record& r = h.events()[m];
  rt::GcKept raw{};
  const std::string bytes = h.Blob(r.arg);
  if (bytes.size() == sizeof raw) std::memcpy(&raw, bytes.data(), sizeof raw);
  *object = raw.object;
  Kept kept{.at = m, .g = raw.g, .holder = raw.holder, .stack = r.stack};
  if (raw.held_by <= static_cast<std::uint8_t>(Kept::By::kFinalizer))
    kept.by = static_cast<Kept::By>(raw.held_by);
  return kept;
}

void Watch(WatchedObject& object, Moment m, const Record& r) {
  const auto what = static_cast<GcWatch>(r.reason);
  if (what == GcWatch::kFinalizer || what == GcWatch::kCleanup) {
    object.calls.push_back(
        {.is_cleanup = what == GcWatch::kCleanup, .set = m, .set_by = r.g, .stack = r.stack});
    return;
  }
  // Which of several cleanups was stopped is not told: they are alike but for their argument.
  EndCall* call = Pending(object, what == GcWatch::kStopped, &EndCall::queued, false);
  if (call != nullptr) call->taken_back = m;
}

}  // namespace

std::vector<Collection> Collections(const History& h) {
  std::vector<Collection> all;
  for (Moment m = 0; m < h.events().size(); ++m) {
    const Record& r = h.events()[m];
    if (static_cast<EventType>(r.type) == EventType::kGcBegin) {
      all.push_back({.number = r.arg,
                     .begin = m,
                     .g = r.g,
                     .asked = static_cast<rt::GcCause>(r.reason) == rt::GcCause::kAsked,
                     .stack = r.stack});
    } else if (static_cast<EventType>(r.type) == EventType::kGcEnd && !all.empty()) {
      all.back().end = m;
    }
  }
  return all;
}

std::vector<WatchedObject> WatchedObjects(const History& h) {
  std::map<std::uint64_t, WatchedObject> objects;
  const auto find = [&](std::uint64_t number) -> WatchedObject* {
    const auto it = objects.find(number);
    return it == objects.end() ? nullptr : &it->second;
  };
  for (Moment m = 0; m < h.events().size(); ++m) {
    const Record& r = h.events()[m];
    WatchedObject* const object = find(r.arg);
    switch (static_cast<EventType>(r.type)) {
      case EventType::kGcNew:
        objects[r.arg] = {.number = r.arg, .made = m, .made_by = r.g, .stack = r.stack};
        break;
      case EventType::kGcWatch:
        if (object != nullptr) Watch(*object, m, r);
        break;
      case EventType::kGcKept: {
        std::uint64_t number = 0;
        const Kept kept = KeptOf(h, m, &number);
        if (WatchedObject* const its = find(number)) its->kept.push_back(kept);
        break;
      }
      case EventType::kGcUnreachable:
        if (object == nullptr) break;
        if (EndCall* call = Pending(*object, r.reason == 1, &EndCall::queued, false))
          call->queued = m;
        break;
      case EventType::kGcCallBegin:
        if (object == nullptr) break;
        if (EndCall* call = Pending(*object, r.reason == 1, &EndCall::begun, true)) call->begun = m;
        break;
      case EventType::kGcCallEnd:
        if (object == nullptr) break;
        if (EndCall* call = Pending(*object, r.reason == 1, &EndCall::left, true)) call->left = m;
        break;
      default:
        break;
    }
  }
  std::vector<WatchedObject> watched;
  for (auto& [number, object] : objects) {
    if (!object.calls.empty()) watched.push_back(std::move(object));
  }
  return watched;
}

const GoroutineLife* FinalizerGoroutine(const History& h) {
  constexpr std::uint32_t kId = 5;
  const GoroutineLife* const g = h.Find(kId);
  return g != nullptr && g->system ? g : nullptr;
}

}  // namespace golab::lab
