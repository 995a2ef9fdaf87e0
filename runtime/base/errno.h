#pragma once

// errno across a switch: it is the thread's, and the goroutine may have changed threads.

namespace golab::rt {

/// Functions that are called, because the compiler keeps the address of a thread's errno where it
/// can.
int Errno() noexcept;
void SetErrno(int value) noexcept;

}  // namespace golab::rt
