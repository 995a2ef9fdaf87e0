#pragma once
// syscall: calls that block the thread.

#include <new>
#include <type_traits>
#include <utility>

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

void BlockingCall(void (*call)(void*), void* f);

}  // namespace rt

namespace syscall {

/// Calls f(), which may block its thread: a system call that waits, a library that knows no
/// goroutines. Meanwhile other goroutines run on another thread. The calling goroutine's state is
/// _Gsyscall, its wait reason "syscall"; inside f no operation of golab's may be used (fatal:
/// "outside a goroutine"). Returns what f returns. In the virtual world and under a lab the other
/// goroutines wait. Goroutines only. Go: what the compiler and runtime do around every system call
/// and cgo call (runtime.entersyscall, exitsyscall). Calls of read, poll, accept, recv, waitpid and
/// their like by a goroutine do the same by themselves; what the C library calls inside itself
/// (getchar) does not.
template <class F>
decltype(auto) Blocking(F&& f) {
  using Result = std::invoke_result_t<F&>;
  if constexpr (std::is_void_v<Result>) {
    rt::BlockingCall([](void* at) { (*static_cast<std::remove_reference_t<F>*>(at))(); },
                     const_cast<void*>(static_cast<const void*>(&f)));
  } else {
    struct Call {
      std::remove_reference_t<F>* f;
      alignas(Result) unsigned char result[sizeof(Result)];
    } call{&f, {}};

    rt::BlockingCall(
        [](void* at) {
          auto* c = static_cast<Call*>(at);
          ::new (static_cast<void*>(c->result)) Result((*c->f)());
        },
        &call);
    auto* result = std::launder(reinterpret_cast<Result*>(call.result));

    struct Destroy {
      Result* at;

      ~Destroy() { at->~Result(); }
    } destroy{result};

    return Result(std::move(*result));
  }
}

}  // namespace syscall
}  // namespace golab

#pragma GCC visibility pop
