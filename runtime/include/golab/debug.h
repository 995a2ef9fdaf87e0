#pragma once
// runtime/debug: the calling goroutine's stack as text; limits of the runtime.

#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::debug {

/// The calling goroutine's stack, as Go prints it. In a deferred function during a panic: with the
/// frames of the panic behind a panic(...) line. Go: debug.Stack.
String Stack();

/// Prints Stack() to standard error. Go: debug.PrintStack.
void PrintStack();

/// Sets how many threads the runtime may have, 10,000 at first; returns the setting before. One
/// more ends the program: "fatal error: thread exhaustion". Threads that the program starts itself
/// do not count. Go: debug.SetMaxThreads.
int SetMaxThreads(int threads);

/// A collection begins when the heap of gc::New has grown by `percent` of what the last one left,
/// but not below 4 MiB times percent / 100; below 0: only when runtime::GC is called. Returns the
/// setting before, at first 100, or what the environment variable GOGC says ("off", a number). Go:
/// debug.SetGCPercent.
int SetGCPercent(int percent);

}  // namespace golab::debug

#pragma GCC visibility pop
