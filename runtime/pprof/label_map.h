#pragma once
// Labels of goroutines: what pprof.Do sets and profiles show. Go: runtime/pprof/label.go.
//
// Thread safety: a LabelMap never changes. Which one a goroutine has is in its GExtra and changes
// under `labels.lock`, so that a profile can take a reference of another goroutine's.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "golab/references.h"

#include "runtime/base/spin_lock.h"
#include "runtime/sched/g.h"

namespace golab::rt {

struct LabelMap {
  std::uint32_t references = 1;
  std::vector<std::pair<std::string, std::string>> list;  ///< sorted by key, each key once
};

/// A reference to a LabelMap, or none.
class LabelRef {
 public:
  constexpr LabelRef() noexcept = default;

  /// Takes over a reference.
  explicit LabelRef(const LabelMap* map) noexcept : map_(map) {}

  LabelRef(const LabelRef& other) noexcept : map_(other.map_) { Retain(map_); }

  LabelRef(LabelRef&& other) noexcept : map_(std::exchange(other.map_, nullptr)) {}

  LabelRef& operator=(LabelRef other) noexcept {
    std::swap(map_, other.map_);
    return *this;
  }

  ~LabelRef() { Drop(map_); }

  const LabelMap* get() const noexcept { return map_; }

  const LabelMap* release() noexcept { return std::exchange(map_, nullptr); }

  const LabelMap* operator->() const noexcept { return map_; }

  explicit operator bool() const noexcept { return map_ != nullptr; }

  /// Signal safe.
  static void Retain(const LabelMap* map) noexcept {
    if (map == nullptr) return;
    // Relaxed: a new reference is made from one that keeps the map alive.
    __atomic_fetch_add(&const_cast<LabelMap*>(map)->references, 1, __ATOMIC_RELAXED);
  }

  static void Drop(const LabelMap* map) noexcept {
    if (map == nullptr) return;
    // acq_rel: the last one sees what all others did.
    if (__atomic_fetch_sub(&const_cast<LabelMap*>(map)->references, 1, __ATOMIC_ACQ_REL) == 1)
      delete map;
  }

 private:
  const LabelMap* map_ = nullptr;
};

/// `{"key":"value", ...}`, as Go writes it into profiles.
std::string LabelText(const LabelMap& map);

/// The running goroutine has these labels from now on; those that it starts have them, too.
void SetLabels(LabelRef map) noexcept;

/// Those of `g`.
LabelRef LabelsOf(const G* g) noexcept;

/// Those of `g`, which runs on the calling thread; a reference is not taken. Signal safe.
inline const LabelMap* LabelsHere(const G* g) noexcept {
  return g->extra == nullptr ? nullptr : g->extra->labels;
}

}  // namespace golab::rt
