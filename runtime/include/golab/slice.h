// A read-only list, copied by reference: what golab's functions return where Go has a slice.
//
// Kept small on purpose: a program that builds lists uses std::vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "golab/references.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {

/// Any number of threads may read and copy one Slice; assigning to it is for its owner alone.
template <class T>
class Slice {
 public:
  constexpr Slice() noexcept = default;

  Slice(std::initializer_list<T> elements) : Slice(elements.begin(), elements.size()) {}

  /// Copies `size` elements.
  Slice(const T* elements, std::size_t size) {
    if (size == 0) return;
    rep_ = new Rep{1, size, new T[size]};
    for (std::size_t i = 0; i < size; ++i) rep_->elements[i] = elements[i];
  }

  Slice(const Slice& other) noexcept : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the elements alive.
    if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  Slice(Slice&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Slice& operator=(Slice other) noexcept {
    Rep* const old = rep_;
    rep_ = other.rep_;
    other.rep_ = old;
    return *this;
  }

  ~Slice() {
    if (rep_ == nullptr || !rt::DropReference(&rep_->references)) return;
    delete[] rep_->elements;
    delete rep_;
  }

  /// Go: len(s).
  int Len() const noexcept { return static_cast<int>(size()); }

  std::size_t size() const noexcept { return rep_ != nullptr ? rep_->size : 0; }

  bool empty() const noexcept { return size() == 0; }

  const T* begin() const noexcept { return rep_ != nullptr ? rep_->elements : nullptr; }

  const T* end() const noexcept { return begin() + size(); }

  /// Panics `runtime error: index out of range [5] with length 3`. Go: s[i].
  const T& operator[](std::ptrdiff_t index) const {
    if (static_cast<std::size_t>(index) >= size()) rt::PanicIndex(index, size());
    return rep_->elements[index];
  }

 private:
  struct Rep {
    std::uint32_t references;  // the last one frees
    std::size_t size;
    T* elements;
  };

  Rep* rep_ = nullptr;  // null: empty
};

}  // namespace golab

#pragma GCC visibility pop
