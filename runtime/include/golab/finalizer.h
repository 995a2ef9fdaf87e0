#pragma once
// runtime::SetFinalizer and AddCleanup: what is to happen once a collection finds that nothing
// refers to an object any more. All of it runs on one goroutine of the runtime's, which
// NumGoroutine does not count, one after another: one that blocks holds up all others. Nothing of
// it runs because the program ends.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/func.h"
#include "golab/gc.h"
#include "golab/references.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt::gc {

/// A function that waits for an object to become unreachable, with its argument.
struct Callback {
  using Function = void (*)(Callback* self);

  Callback(Function runs, Function destroys) : run(runs), destroy(destroys) {}

  Function run;
  Function destroy;
  std::uint32_t references = 1;  ///< who knows it: the collector, a Cleanup
  bool is_cleanup = false;
  Callback* next = nullptr;  ///< of the same object, or in the queue
  Object* owner = nullptr;   ///< null: it is queued, has run, or was stopped
  Handle object;             ///< a finalizer that is queued keeps its object
  std::uint64_t number = 0;  ///< the object's
};

void SetFinalizerOf(Object* object, Callback* callback);  ///< null: takes it away
void AddCleanupOf(Object* object, Callback* callback);
/// The object that begins at `address`. Fatal, in Go's words, if none does.
Object* ObjectForFinalizer(const void* address);
[[noreturn]] void FatalFirstArgumentIsNil();
[[noreturn]] void PanicCleanupOfNil();
[[noreturn]] void PanicCleanupOfItself();
void StopCallback(Callback* callback) noexcept;

template <class T, class F>
struct FinalizerOf : Callback {
  FinalizerOf(T* to, F&& f)
      : Callback(&Run, [](Callback* self) { delete static_cast<FinalizerOf*>(self); }),
        value(to),
        function(std::move(f)) {}

  static void Run(Callback* raw) {
    auto* const self = static_cast<FinalizerOf*>(raw);
    golab::gc::Ptr<T> ptr;
    Set(Access::HandleOf(ptr), self->object.object);
    Access::SetValue(ptr, self->value);
    Clear(&self->object);
    self->function(std::move(ptr));
  }

  T* value;
  F function;
};

template <class F, class S>
struct CleanupOf : Callback {
  CleanupOf(F&& f, S&& with)
      : Callback(&Run, [](Callback* self) { delete static_cast<CleanupOf*>(self); }),
        function(std::move(f)),
        argument(std::move(with)) {
    is_cleanup = true;
  }

  static void Run(Callback* raw) {
    auto* const self = static_cast<CleanupOf*>(raw);
    self->function(std::move(self->argument));
  }

  F function;
  S argument;
};

template <class T, class F>
void SetFinalizerAt(Object* object, T* value, F&& finalizer) {
  using Function = std::decay_t<F>;
  if constexpr (std::is_null_pointer_v<Function>) {
    SetFinalizerOf(object, nullptr);
  } else {
    static_assert(std::is_invocable_v<Function&, golab::gc::Ptr<T>>,
                  "runtime.SetFinalizer: the finalizer must take the object's gc::Ptr<T>");
    if (IsNilCallable<Function>(finalizer)) return SetFinalizerOf(object, nullptr);
    SetFinalizerOf(object,
                   new FinalizerOf<T, Function>(value, Function(std::forward<F>(finalizer))));
  }
}

}  // namespace rt::gc

namespace runtime {

/// Once a collection finds that nothing refers to the object of `ptr`, `finalizer(ptr)` is called,
/// with a new Ptr: the object lives on until a later collection finds it unreachable again. It is
/// called once; to be called again it must be set again. nullptr takes it away.
/// Objects that refer to each other are finalized in the order of dependency, the one that refers
/// first, one a collection; in a cycle with a finalizer nothing is ever collected. A finalizer that
/// captures a Ptr to its own object keeps it for ever.
/// Fatal, not to be recovered: a second finalizer ("runtime.SetFinalizer: finalizer already set"),
/// a nil pointer. Go: SetFinalizer.
template <class T, class F>
void SetFinalizer(const gc::Ptr<T>& ptr, F&& finalizer) {
  rt::gc::Object* object = rt::gc::Access::ObjectOf(ptr);
  if (object == nullptr) object = rt::gc::ObjectForFinalizer(nullptr);  // fatal
  rt::gc::SetFinalizerAt(object, ptr.Get(), std::forward<F>(finalizer));
}

/// The same for an object that is known by its address alone; it must be that of an object which
/// gc::New has made.
template <class T, class F>
void SetFinalizer(T* address, F&& finalizer) {
  rt::gc::SetFinalizerAt(rt::gc::ObjectForFinalizer(address), address, std::forward<F>(finalizer));
}

template <class F>
void SetFinalizer(std::nullptr_t, F&&) {
  rt::gc::FatalFirstArgumentIsNil();
}

/// A call that AddCleanup has arranged. Go: Cleanup.
class Cleanup {
 public:
  constexpr Cleanup() noexcept = default;

  explicit Cleanup(rt::gc::Callback* callback) noexcept : callback_(callback) {
    __atomic_fetch_add(&callback->references, 1, __ATOMIC_RELAXED);
  }

  Cleanup(const Cleanup& other) noexcept : callback_(other.callback_) {
    if (callback_ != nullptr) __atomic_fetch_add(&callback_->references, 1, __ATOMIC_RELAXED);
  }

  Cleanup& operator=(Cleanup other) noexcept {
    std::swap(callback_, other.callback_);
    return *this;
  }

  ~Cleanup() {
    if (callback_ != nullptr && rt::DropReference(&callback_->references))
      callback_->destroy(callback_);
  }

  /// Takes the call back, unless the object has been found unreachable already. Go: Stop.
  void Stop() const noexcept {
    if (callback_ != nullptr) rt::gc::StopCallback(callback_);
  }

 private:
  rt::gc::Callback* callback_ = nullptr;
};

/// Once the object of `ptr` is gone, `cleanup(argument)` is called. Several may be added to one
/// object; each is called once, in no order to rely on; also where it belongs to a cycle. If it has
/// a finalizer, too, not before that has run and the object is unreachable again. Neither may refer
/// to the object: then it is never called.
/// Panics "runtime.AddCleanup: ptr is equal to arg, cleanup will never run", or if `ptr` is nil.
/// Go: AddCleanup.
template <class T, class F, class S>
Cleanup AddCleanup(const gc::Ptr<T>& ptr, F&& cleanup, S&& argument) {
  using Function = std::decay_t<F>;
  using Argument = std::decay_t<S>;
  static_assert(std::is_invocable_v<Function&, Argument>,
                "runtime.AddCleanup: the cleanup must take the argument");
  rt::gc::Object* const object = rt::gc::Access::ObjectOf(ptr);
  if (object == nullptr) rt::gc::PanicCleanupOfNil();
  if constexpr (requires { argument == ptr; }) {
    if (argument == ptr) rt::gc::PanicCleanupOfItself();
  } else if constexpr (requires { argument == ptr.Get(); }) {
    if (argument == ptr.Get()) rt::gc::PanicCleanupOfItself();
  }
  auto* const callback = new rt::gc::CleanupOf<Function, Argument>(
      Function(std::forward<F>(cleanup)), Argument(std::forward<S>(argument)));
  Cleanup handle(callback);  // before it can run
  rt::gc::AddCleanupOf(object, callback);
  return handle;
}

}  // namespace runtime
}  // namespace golab

#pragma GCC visibility pop
