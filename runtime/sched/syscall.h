#pragma once
// Blocking calls: a goroutine whose thread waits in the kernel (or in code that does not know
// goroutines) keeps its M and lends out its P. Go: entersyscall, exitsyscall.

#include "runtime/sched/p.h"

namespace golab::rt {

/// The running goroutine's thread is about to block. Until ExitSyscall the calling thread runs no
/// goroutine as far as the runtime knows: its operations are fatal there. `saved` stays valid until
/// then; dumps walk the stack from it.
struct SyscallFrame {
  void* resume;
  const void* frame;
};

void EnterSyscall(SyscallFrame* saved) noexcept;
/// Returns when the goroutine may run on, maybe on another P.
void ExitSyscall() noexcept;

/// Takes the P of a blocking call away from its M. procs.lock held. False: the call has ended.
bool TakeFromSyscall(P* p) noexcept;

/// Holds up the return of p's blocking call. procs.lock held. False: there is none.
bool HoldSyscall(P* p) noexcept;
void ReleaseSyscall(P* p) noexcept;

/// `g` is in a call, and `p` waits for its return.
bool IsInCallOf(const P* p, const G* g) noexcept;

}  // namespace golab::rt
