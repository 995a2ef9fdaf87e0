#pragma once
// weak: pointers that do not keep what they point to.

#include <cstdint>
#include <utility>

#include "golab/gc.h"
#include "golab/references.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt::gc {

/// What all weak pointers to one object share.
struct WeakCell {
  std::uint32_t references;
  Object* object;  ///< null: it has been found unreachable; the collector's lock
};

WeakCell* WeakCellOf(Object* object);  ///< with a reference for the caller
void DestroyWeakCell(WeakCell* cell) noexcept;
/// Makes `handle`, which refers to nothing, refer to the cell's object; false: it is gone.
bool SetFromWeak(Handle* handle, WeakCell* cell) noexcept;

}  // namespace rt::gc

namespace weak {

/// Points to an object until a collection finds it unreachable, which is before its finalizer runs;
/// nil from then on, also if the finalizer keeps the object. Two compare equal if the pointers that
/// they were made from did, also when the object is gone. Go: weak.Pointer.
template <class T>
class Pointer {
 public:
  constexpr Pointer() noexcept = default;

  Pointer(const Pointer& other) noexcept : cell_(other.cell_), value_(other.value_) {
    if (cell_ != nullptr) __atomic_fetch_add(&cell_->references, 1, __ATOMIC_RELAXED);
  }

  Pointer(Pointer&& other) noexcept : cell_(other.cell_), value_(other.value_) {
    other.cell_ = nullptr;
    other.value_ = nullptr;
  }

  Pointer& operator=(Pointer other) noexcept {
    std::swap(cell_, other.cell_);
    std::swap(value_, other.value_);
    return *this;
  }

  ~Pointer() {
    if (cell_ != nullptr && rt::DropReference(&cell_->references)) rt::gc::DestroyWeakCell(cell_);
  }

  /// The object, kept by this Ptr; nil if it is gone. Go: Value.
  gc::Ptr<T> Value() const noexcept {
    gc::Ptr<T> ptr;
    if (cell_ != nullptr && rt::gc::SetFromWeak(rt::gc::Access::HandleOf(ptr), cell_))
      rt::gc::Access::SetValue(ptr, value_);
    return ptr;
  }

  friend bool operator==(const Pointer& a, const Pointer& b) noexcept {
    return a.cell_ == b.cell_ && a.value_ == b.value_;
  }

 private:
  template <class U>
  friend Pointer<U> Make(const gc::Ptr<U>& ptr);

  rt::gc::WeakCell* cell_ = nullptr;
  T* value_ = nullptr;
};

/// A weak pointer to the object of `ptr`; nil for nil. Go: weak.Make.
template <class T>
Pointer<T> Make(const gc::Ptr<T>& ptr) {
  Pointer<T> pointer;
  if (!ptr) return pointer;
  pointer.cell_ = rt::gc::WeakCellOf(rt::gc::Access::ObjectOf(ptr));
  pointer.value_ = ptr.Get();
  return pointer;
}

}  // namespace weak
}  // namespace golab

#pragma GCC visibility pop
