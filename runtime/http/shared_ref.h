#pragma once
// A std::shared_ptr whose letting go is announced: TSan sees no atomics in the runtime, so who
// destroys the object calls fiber::Acquire(this) first.

#include <cstddef>
#include <memory>
#include <utility>

#include "runtime/arch/fiber.h"

namespace golab::rt {

template <class T>
class SharedRef {
 public:
  SharedRef() = default;

  SharedRef(std::nullptr_t) {}

  SharedRef(std::shared_ptr<T> object) : object_(std::move(object)) {}

  SharedRef(const SharedRef& other) = default;
  SharedRef(SharedRef&& other) noexcept = default;

  SharedRef& operator=(SharedRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }

  ~SharedRef() { reset(); }

  void reset() {
    if (object_ != nullptr) fiber::Release(object_.get());
    object_.reset();
  }

  T* get() const { return object_.get(); }

  T* operator->() const { return object_.get(); }

  T& operator*() const { return *object_; }

  explicit operator bool() const { return object_ != nullptr; }

  friend bool operator==(const SharedRef& ref, std::nullptr_t) { return ref.object_ == nullptr; }

  const std::shared_ptr<T>& shared() const { return object_; }

 private:
  std::shared_ptr<T> object_;
};

}  // namespace golab::rt
