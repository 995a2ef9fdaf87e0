#pragma once
// defer, panic, recover, Goexit's landing: how a function is left.
//
//   Error Safely(Func<void()> f) {
//     Error err;                                        // Go's named result
//     WithDefers([&](Defers& defer) {                   // one Go function's frame
//       defer([&] { if (auto p = recover()) err = errors::New("panic: " + p.Text()); });
//       f();
//     });
//     return err;
//   }
//
//   void Work(sync::WaitGroup& wg) {
//     Defer done{[&] { wg.Done(); }};                   // runs on return, panic and Goexit
//     ...
//   }

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "golab/any.h"
#include "golab/go.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

struct PanicRecord;
struct DeferFrame;

/// Panics with an error text that Go's runtime itself would use.
[[noreturn]] void PanicPlain(const char* text);
[[noreturn]] void PanicAny(Any value);

void PanicRetain(PanicRecord* record);
void PanicRelease(PanicRecord* record);
const Any& PanicValue(const PanicRecord* record);

/// Room for a deferred call in `frame`, linked in; `fn(room)` calls it, `destroy(room)` ends it.
/// direct: fn is the deferred function itself, so that recover() in it counts as called directly.
void* DeferPush(DeferFrame* frame, std::size_t size, void (*fn)(void*), void (*destroy)(void*),
                bool direct);
void RunWithDefers(void (*body)(void* context, DeferFrame* frame), void* context);
/// Runs a guard's function while its scope is left; in an unwinding it may not throw, and what it
/// does instead is remembered on the goroutine.
void RunGuard(void (*fn)(void*), void* guard, int uncaught_before);
int UncaughtExceptions();

}  // namespace rt

/// Stops the normal course of the goroutine: its deferred functions run, innermost first; one of
/// them may recover. Unrecovered it ends the program with Go's report and status 2. nullptr panics
/// with "panic called with nil argument". Goroutines only. Go: panic. Differs: C++ destructors of
/// the frames run before deferred functions of outer frames do.
[[noreturn]] inline void panic(Any value) {
  rt::PanicAny(static_cast<Any&&>(value));
}

/// What recover gives: false if there was no panic.
class Recovered {
 public:
  constexpr Recovered() = default;

  explicit Recovered(rt::PanicRecord* adopted) : record_(adopted) {}

  Recovered(const Recovered& other) : record_(other.record_) {
    if (record_ != nullptr) rt::PanicRetain(record_);
  }

  Recovered(Recovered&& other) noexcept : record_(other.record_) { other.record_ = nullptr; }

  Recovered& operator=(Recovered other) noexcept {
    rt::PanicRecord* mine = record_;
    record_ = other.record_;
    other.record_ = mine;
    return *this;
  }

  ~Recovered() {
    if (record_ != nullptr) rt::PanicRelease(record_);
  }

  explicit operator bool() const { return record_ != nullptr; }

  /// The value as fmt.Print would print it. Of a C++ exception: type and what().
  String Text() const;
  /// The panic's value; of a C++ exception its text. Panicking with it again keeps its text.
  Any Value() const;

  /// The value, if it is a T. Go: r.(T).
  template <class T>
  const T* As() const {
    return record_ == nullptr ? nullptr : rt::PanicValue(record_).template As<T>();
  }

  /// Where the panic began, as debug::Stack prints it.
  String Stack() const;

 private:
  rt::PanicRecord* record_ = nullptr;
};

/// Called directly by a deferred function of a panicking WithDefers frame: stops the panic and
/// gives its value; the frame then returns normally. Anywhere else, and during Goexit: false. In a
/// Defer guard it cannot stop anything (use WithDefers). Who has called is seen on the stack: fast
/// where the program is compiled with -fno-omit-frame-pointer, as golab's CMake targets ask (dumps
/// and panic reports need it), by unwind tables where not. Go: recover. Differs: a small function
/// that the compiler has inlined into the deferred one may recover, too.
[[gnu::noinline]] Recovered recover();

/// The deferred functions of one WithDefers frame.
class Defers {
 public:
  explicit Defers(rt::DeferFrame* frame) : frame_(frame) {}

  Defers(const Defers&) = delete;
  Defers& operator=(const Defers&) = delete;

  /// Runs f(args...) when the frame is left, last deferred first; f and args are evaluated now.
  /// Go: the defer statement.
  template <class F, class... Args>
  void operator()(F&& f, Args&&... args) {
    if constexpr (sizeof...(Args) == 0) {
      if constexpr (std::is_same_v<std::decay_t<F>, Recovered (*)()>) {
        if (f == &recover) return;  // Go: `defer recover()` stops nothing, nobody calls it
      }
      Push<false>(std::decay_t<F>(static_cast<F&&>(f)));
    } else {
      Push<true>([g = std::decay_t<F>(static_cast<F&&>(f)),
                  ... kept = std::decay_t<Args>(static_cast<Args&&>(args))]() mutable {
        g(std::move(kept)...);
      });
    }
  }

 private:
  // kBound: f only calls the deferred function.
  template <bool kBound, class F>
  void Push(F&& f) {
    using Function = std::decay_t<F>;
    void (*fn)(void*) = [](void* p) { (*static_cast<Function*>(p))(); };
    bool direct = false;
    if constexpr (std::is_pointer_v<Function>) {
      if constexpr (std::is_same_v<decltype(f()), void>) {
        fn = reinterpret_cast<void (*)(void*)>(reinterpret_cast<std::uintptr_t>(f));
        direct = true;
      }
    } else if constexpr (requires { &Function::operator(); }) {
      // The address of the lambda's body: called so, it is the deferred function itself.
      constexpr const void* kTarget = rt::TargetOf<Function>();
      const std::uintptr_t entry = rt::EntryAt(kTarget, &f);
      if (entry != 0) fn = reinterpret_cast<void (*)(void*)>(entry);
      direct = entry != 0 && !kBound;
    }
    void* room = rt::DeferPush(
        frame_, sizeof(Function), fn, [](void* p) { static_cast<Function*>(p)->~Function(); },
        direct);
    ::new (room) Function(static_cast<F&&>(f));
  }

  rt::DeferFrame* frame_;
};

/// Runs `body(defer)` as the body of one Go function: what it defers runs when it is left, however
/// that is. A panic that a deferred function recovers ends here. Goroutines only.
/// Go: a function with defer statements.
template <class F>
[[gnu::always_inline]] inline void WithDefers(F&& body) {
  rt::RunWithDefers(
      [](void* context, rt::DeferFrame* frame) {
        Defers defers(frame);
        (*static_cast<std::remove_reference_t<F>*>(context))(defers);
      },
      const_cast<void*>(static_cast<const void*>(&body)));
}

/// Runs a function when its scope is left: on return, panic and Goexit, last declared first. It
/// cannot recover. Give it a name: `Defer d{[&] { ... }};` (without one it would run at once; the
/// compiler warns). Goroutines only. Go: defer, for one scope.
template <class F>
class [[nodiscard("a Defer needs a name: Defer d{...};")]] Defer {
 public:
  explicit Defer(F f) : f_(static_cast<F&&>(f)), uncaught_(rt::UncaughtExceptions()) {}
  Defer(const Defer&) = delete;
  Defer& operator=(const Defer&) = delete;
  ~Defer() noexcept(false) {
    rt::RunGuard([](void* p) { static_cast<Defer*>(p)->f_(); }, this, uncaught_);
  }

 private:
  F f_;
  int uncaught_;
};

}  // namespace golab

#pragma GCC visibility pop
