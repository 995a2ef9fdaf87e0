// Labels as programs set them. Go: runtime/pprof/label.go, runtime.go.

#include <algorithm>
#include <string>

#include "golab/defer.h"
#include "golab/pprof.h"

#include "runtime/pprof/label_map.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

/// The key of a context's labels; nobody else has it.
struct LabelContextKey {
  friend bool operator==(LabelContextKey, LabelContextKey) { return true; }
};

/// The value.
struct ContextLabels {
  LabelRef map;
};

const LabelMap* LabelsIn(const context::Context& ctx) {
  const auto found = ctx.Value(LabelContextKey{});
  const auto* labels = found.As<ContextLabels>();
  return labels == nullptr ? nullptr : labels->map.get();  // the context keeps it alive
}

/// Sorted by key; of several values of one key the last one counts.
void Normalize(LabelMap* map) {
  auto& list = map->list;
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  auto out = list.begin();
  for (auto at = list.begin(); at != list.end(); ++at) {
    const auto next = at + 1;
    if (next == list.end() || next->first != at->first) {
      if (out != at) *out = std::move(*at);
      ++out;
    }
  }
  list.erase(out, list.end());
}

LabelRef RefOf(const LabelMap* map) {
  LabelRef::Retain(map);
  return LabelRef(map);
}

}  // namespace
}  // namespace rt

namespace pprof {

LabelSet::LabelSet(const LabelSet& other) noexcept : map_(other.map_) {
  rt::LabelRef::Retain(map_);
}

LabelSet& LabelSet::operator=(LabelSet other) noexcept {
  std::swap(map_, other.map_);
  return *this;
}

LabelSet::~LabelSet() {
  rt::LabelRef::Drop(map_);
}

LabelSet Labels(std::initializer_list<String> keys_and_values) {
  if (keys_and_values.size() % 2 != 0) panic("uneven number of arguments to pprof.Labels");
  auto* map = new rt::LabelMap;
  for (const String* at = keys_and_values.begin(); at != keys_and_values.end(); at += 2)
    map->list.emplace_back(at[0], at[1]);
  rt::Normalize(map);
  return LabelSet(map);
}

context::Context WithLabels(const context::Context& ctx, const LabelSet& labels) {
  auto* map = new rt::LabelMap;
  rt::LabelRef ref(map);
  if (const rt::LabelMap* outer = rt::LabelsIn(ctx)) map->list = outer->list;
  map->list.insert(map->list.end(), labels.map()->list.begin(), labels.map()->list.end());
  rt::Normalize(map);
  return context::WithValue(ctx, rt::LabelContextKey{}, rt::ContextLabels{std::move(ref)});
}

void SetGoroutineLabels(const context::Context& ctx) {
  rt::SetLabels(rt::RefOf(rt::LabelsIn(ctx)));
}

void Do(const context::Context& ctx, const LabelSet& labels,
        const Func<void(context::Context)>& f) {
  const Defer restore{[&ctx] { SetGoroutineLabels(ctx); }};
  const context::Context labelled = WithLabels(ctx, labels);
  SetGoroutineLabels(labelled);
  f(labelled);
}

LabelValue Label(const context::Context& ctx, const String& key) {
  if (const rt::LabelMap* map = rt::LabelsIn(ctx)) {
    for (const auto& [k, value] : map->list) {
      if (key == k) return {value, true};
    }
  }
  return {};
}

void ForLabels(const context::Context& ctx, const Func<bool(String key, String value)>& f) {
  const rt::LabelRef map = rt::RefOf(rt::LabelsIn(ctx));
  if (!map) return;
  for (const auto& [key, value] : map->list) {
    if (!f(key, value)) return;
  }
}

}  // namespace pprof
}  // namespace golab
