#include "runtime/pprof/label_map.h"

#include "golab/fmt.h"

#include "runtime/sched/sched.h"

namespace golab::rt {

bool labels_in_use = false;

namespace {

constinit std::uint32_t labels_lock = 0;  // real: guards GExtra::labels of all goroutines

/// Exchanges the labels of `g` under the lock; the old ones are dropped after it.
void Exchange(G* g, const LabelMap* map) noexcept {
  GExtra* x = Extra(g);
  LockRealWord(&labels_lock);
  std::swap(x->labels, map);
  UnlockWord(&labels_lock);
  LabelRef::Drop(map);
}

std::string Quoted(const std::string& text) {
  return std::string(fmt::Sprintf("%q", text));
}

}  // namespace

std::string LabelText(const LabelMap& map) {
  std::string text = "{";
  for (const auto& [key, value] : map.list) {
    if (text.size() > 1) text += ", ";
    text += Quoted(key) + ":" + Quoted(value);
  }
  return text + "}";
}

void SetLabels(LabelRef map) noexcept {
  __atomic_store_n(&labels_in_use, true, __ATOMIC_RELAXED);
  Exchange(CurrentG("pprof"), map.release());
}

LabelRef LabelsOf(const G* g) noexcept {
  // Relaxed, as the pointer: a goroutine that has just got labels may be seen without.
  if (!__atomic_load_n(&labels_in_use, __ATOMIC_RELAXED)) return {};
  LockRealWord(&labels_lock);
  const GExtra* x = __atomic_load_n(&g->extra, __ATOMIC_RELAXED);
  const LabelMap* map = x == nullptr ? nullptr : x->labels;
  LabelRef::Retain(map);
  UnlockWord(&labels_lock);
  return LabelRef(map);
}

void InheritLabels(const G* creator, G* g) noexcept {
  const LabelMap* map = LabelsHere(creator);
  if (map == nullptr) return;
  LabelRef::Retain(map);
  Exchange(g, map);
}

void DropLabels(G* g) noexcept {
  Exchange(g, nullptr);
}

}  // namespace golab::rt
