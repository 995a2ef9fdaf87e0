#pragma once
// The poller of the real world: one epoll for the process, in which each descriptor is registered
// once, edge triggered. Go: runtime/netpoll_epoll.go. How it fits into the scheduler, and why no
// event is lost: HACKING.md, "The network".
//
// Thread safety: `role` is taken before epoll_wait by whoever asks; all else is atomic.

#include <sys/epoll.h>

#include "runtime/net/poll_desc.h"
#include "runtime/sched/p.h"

namespace golab::rt {

struct Netpoll {
  std::uint32_t open = 0;       ///< atomic: there is an epoll
  std::uint32_t role = 0;       ///< atomic: 1: somebody is in epoll_wait, or on his way in or out
  M* blocked = nullptr;         ///< atomic: the M that waits there; null also if one only looks
  std::uint64_t last_look = 0;  ///< atomic: when somebody last came out of it
  int epoll = -1;
  int kick = -1;  ///< eventfd, edge triggered: each write ends a wait, nobody reads it
};

extern Netpoll netpoll;

inline bool NetInUse() noexcept {
  return __atomic_load_n(&netpoll.open, __ATOMIC_RELAXED) != 0;
}

/// Nobody waits in epoll: who runs goroutines is to look now and then.
inline bool NetNeedsLooks() noexcept {
  return NetInUse() && __atomic_load_n(&netpoll.blocked, __ATOMIC_RELAXED) == nullptr;
}

/// Makes the epoll, once. 0 or minus an errno.
int OpenNetpoll() noexcept;

/// Registers `fd`; its events go to `d`. 0 or minus an errno.
int WatchDescriptor(int fd, PollDesc* d) noexcept;

/// Makes the goroutines ready, in order; what they waited for has come. They go behind the others
/// (`behind`), or each is the next to run. An M that holds a P; real and virtual world.
void ReadyAll(GList* woken, bool behind = false) noexcept;

/// Looks for events, unless another is at it, and makes ready whom they wake. False: nobody. An
/// active M, on its own stack.
bool LookAtNetwork() noexcept;

/// The same for a thread without a P: those woken go to procs.polled.
void LookAtNetworkFromOutside(std::uint64_t now) noexcept;

/// How WaitInNetwork has ended.
enum class NetWait : std::uint8_t {
  kTaken,  ///< another has the role: nothing was done
  kDone,   ///< m->wake, an event, or the time
};

/// Waits for m->wake, events, or the instant `until` of the world's clock (Wheel::kNone: for ever).
/// `out`: those whom events wake, still waiting. Any M, on its own stack.
NetWait WaitInNetwork(M* m, std::uint64_t until, GList* out) noexcept;

/// Ends a wait of `m` there, after m->wake was set (seq_cst). Any thread.
void KickIfBlocked(const M* m) noexcept;

/// The M that waits in epoll is to come out. Any thread.
void KickPoller() noexcept;

}  // namespace golab::rt
