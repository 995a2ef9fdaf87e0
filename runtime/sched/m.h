#pragma once
// M: a machine, an OS thread that runs goroutines while it holds a P. Go: runtime.m.
//
// Thread safety: an M belongs to its thread, but `p`, `wake` and `next_idle`, which whoever wakes
// it sets under procs.lock while it is parked.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "runtime/base/compiler.h"

namespace golab::rt {

struct P;
struct G;

/// The C++ runtime's per-thread exception state (Itanium C++ ABI, __cxa_eh_globals). It belongs to
/// the goroutine that runs: a switch must carry it along.
struct ExceptionGlobals {
  void* caught;
  unsigned int uncaught;

  bool Any() const noexcept { return caught != nullptr || uncaught != 0; }
};

struct M {
  P* p = nullptr;         ///< null: idle, or in a blocking call whose P was taken
  void* g0_sp = nullptr;  ///< where the scheduling loop waits
  void* g0_fiber = nullptr;
  const void* g0_bottom = nullptr;  ///< bounds of the thread's own stack, for ASan
  std::size_t g0_size = 0;
  ExceptionGlobals* exceptions = nullptr;
  std::uint32_t commit = 0;  ///< a word for switches that release nothing
  std::uint32_t wake = 0;    ///< futex: 1 = go on
  std::uint32_t id = 0;
  std::uint32_t polls = 0;      ///< looks for work of others since it last had some
  std::uint64_t last_look = 0;  ///< when it last looked
  P* victim = nullptr;          ///< from whose queue it stole last
  bool counted = false;         ///< it counts among procs.active: its P came from one that did
  bool leaves = false;          ///< its thread ends: a goroutine locked to it has ended
  bool announced = false;       ///< its first event has been recorded
  pid_t tid = 0;                ///< atomic: others send it signals
  M* next_idle = nullptr;
  G* locked = nullptr;  ///< LockOSThread: runs here and nowhere else, and nothing else here
};

}  // namespace golab::rt
