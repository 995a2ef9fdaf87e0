#pragma once
// runtime/debug: the calling goroutine's stack as text.

#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::debug {

/// The calling goroutine's stack, as Go prints it. In a deferred function during a panic: with the
/// frames of the panic behind a panic(...) line. Go: debug.Stack.
String Stack();

/// Prints Stack() to standard error. Go: debug.PrintStack.
void PrintStack();

}  // namespace golab::debug

#pragma GCC visibility pop
