#pragma once
// runtime: the scheduler as a program sees it.

#include <cstddef>
#include <cstdint>

#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::runtime {

/// Goroutines that exist: started and not ended, the caller's own included. Go: NumGoroutine.
int NumGoroutine();

/// Lets all other runnable goroutines run first. Go: Gosched.
void Gosched();

/// Ends the calling goroutine: what is deferred runs at every depth, innermost first, and nothing
/// can catch it (a catch (...) only delays it). recover() gives nil meanwhile. On main: the program
/// goes on without main. Out of a noexcept function or a destructor: fatal. Go: Goexit.
[[noreturn]] void Goexit();

/// Sets how many processors may run goroutines, at most 256, and returns the setting before; n < 1
/// only asks. At first it is what the environment variable GOMAXPROCS says, else NumCPU(). Fewer
/// than now: the surplus stops at its next runtime call. In the virtual world and under a lab the
/// setting is remembered, and one processor runs goroutines. Go: GOMAXPROCS.
int GOMAXPROCS(int n);

/// Processors that this process may use. Go: NumCPU.
int NumCPU();

/// The version string. Go: Version.
String Version();

/// Writes the calling goroutine's stack, and with `all` every other goroutine's, as Go prints it,
/// to buf[0, size); returns the bytes written. The others stand still meanwhile. Go: Stack.
std::size_t Stack(char* buf, std::size_t size, bool all);
/// The same, as a String of any length. golab's own.
String Stack(bool all);

/// What recover gives after panic(nullptr); its text is "panic called with nil argument".
/// Go: *runtime.PanicNilError.
struct PanicNilError {
  golab::String Text() const;
};

/// A place in the program.
struct CallerInfo {
  std::uintptr_t pc = 0;
  String file;
  int line = 0;
  bool ok = false;
  String function;  ///< golab's own: Go asks runtime.FuncForPC
};

/// Where the caller's skip-th caller is: 0 is the caller of Caller. Bind it:
/// `auto [pc, file, line, ok, function] = runtime::Caller(0);`. Go: Caller.
CallerInfo Caller(int skip);

/// Return addresses of the calling goroutine's stack into pcs[0, n), innermost first; skip 0 is
/// Callers itself, 1 its caller. Returns how many. Go: Callers.
int Callers(int skip, std::uintptr_t* pcs, int n);

/// Pins the goroutine to its thread until UnlockOSThread is called as often: it runs on no other,
/// and nothing else runs there. Ends it while pinned, its thread ends with it (the process's first
/// thread waits instead). In the virtual world and under a lab there is one thread; the pin shows
/// in dumps. Go: LockOSThread.
void LockOSThread();
void UnlockOSThread();

/// Has the profile "block" (pprof.h) record the waits of goroutines for each other: on average one
/// for each `rate` nanoseconds of waiting; 1 all of them, 0 and below none, as at first. Go:
/// SetBlockProfileRate.
void SetBlockProfileRate(int rate);

/// Has the profile "mutex" record one in `rate` contentions of mutexes; 0 none, as at first; below
/// 0 only asks. Returns the setting before. Go: SetMutexProfileFraction.
int SetMutexProfileFraction(int rate);

namespace internal {
void KeepAlive(const void* p);
}

/// Marks `value` as used up to here. Go: KeepAlive.
template <class T>
inline void KeepAlive(const T& value) {
  internal::KeepAlive(&value);
}

}  // namespace golab::runtime

#pragma GCC visibility pop
