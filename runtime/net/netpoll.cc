#include "runtime/net/netpoll.h"

#include <sys/eventfd.h>
#include <time.h>

#include <cerrno>

#include "runtime/arch/x86_64/system_call.h"
#include "runtime/base/delay.h"
#include "runtime/base/fault.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/procs.h"
#include "runtime/sched/sched.h"
#include "runtime/world/world.h"

namespace golab::rt {

constinit Netpoll netpoll;

namespace {

using arch::SystemCall;
using arch::Word;

constexpr int kBatch = 128;  // 16, 128 and 512 were within noise, also with 512 connections
constexpr std::uint64_t kKick = ~std::uint64_t{0};
constexpr int kTagShift = 32;

std::uint8_t EventsOf(std::uint32_t events) noexcept {
  std::uint8_t what = 0;
  if ((events & (EPOLLIN | EPOLLPRI)) != 0) what |= kNetReadable;
  if ((events & EPOLLOUT) != 0) what |= kNetWritable;
  if ((events & EPOLLRDHUP) != 0) what |= kNetHangUp;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) what |= kNetHangUp | kNetWritable;
  return what;
}

/// One epoll_wait. `ns`: how long; ~0 for ever. The caller has the role.
void Ask(std::uint64_t ns, GList* out) noexcept {
  epoll_event events[kBatch];
  timespec time{};
  if (ns != Wheel::kNone) {
    time.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    time.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  }
  const long n = SystemCall(SYS_epoll_pwait2, netpoll.epoll, Word(events), kBatch,
                            ns == Wheel::kNone ? 0 : Word(&time), 0, 8);
  for (long i = 0; i < n; ++i) {
    const std::uint64_t data = events[i].data.u64;
    if (data == kKick) continue;
    PollDesc* d = PollDesc::At(static_cast<std::uint32_t>(data));
    d->Tell(static_cast<std::uint32_t>(data >> kTagShift), EventsOf(events[i].events), out);
  }
}

bool TakeRole() noexcept {
  std::uint32_t free = 0;
  return __atomic_load_n(&netpoll.role, __ATOMIC_RELAXED) == 0 &&
         __atomic_compare_exchange_n(&netpoll.role, &free, 1, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST);
}

void GiveRole(std::uint64_t now) noexcept {
  __atomic_store_n(&netpoll.last_look, now, __ATOMIC_RELAXED);
  __atomic_store_n(&netpoll.role, 0, __ATOMIC_SEQ_CST);
}

int Open() noexcept {
  const long epoll = SystemCall(SYS_epoll_create1, EPOLL_CLOEXEC);
  if (epoll < 0) return static_cast<int>(epoll);
  const long kick = SystemCall(SYS_eventfd2, 0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kKick;
  const long added =
      kick < 0 ? kick : SystemCall(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, kick, Word(&event));
  if (added < 0) {
    if (kick >= 0) SystemCall(SYS_close, kick);
    SystemCall(SYS_close, epoll);
    return static_cast<int>(added);
  }
  netpoll.epoll = static_cast<int>(epoll);
  netpoll.kick = static_cast<int>(kick);
  __atomic_store_n(&netpoll.open, 1, __ATOMIC_SEQ_CST);
  if (SeveralPs()) EnsureMonitor();
  return 0;
}

}  // namespace

int OpenNetpoll() noexcept {
  static constinit std::uint32_t lock = 0;  // real
  if (__atomic_load_n(&netpoll.open, __ATOMIC_ACQUIRE) != 0) return 0;
  LockRealWord(&lock);
  const int result = NetInUse() ? 0 : Open();
  UnlockWord(&lock);
  return result;
}

int WatchDescriptor(int fd, PollDesc* d) noexcept {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = std::uint64_t{d->tag()} << kTagShift | d->index();
  return static_cast<int>(
      SystemCall(SYS_epoll_ctl, netpoll.epoll, EPOLL_CTL_ADD, fd, Word(&event)));
}

void ReadyAll(GList* woken, bool behind) noexcept {
  while (G* g = woken->PopHead()) {
    if ((g->flags & kGSystem) == 0) --arch::ThisP()->net_waits;
    if (behind) {
      ReadyBehind(g);
    } else {
      Ready(g);
    }
  }
}

bool LookAtNetwork() noexcept {
  if (!TakeRole()) return false;
  GList woken;
  Ask(0, &woken);
  GiveRole(Now());
  if (woken.Empty()) return false;
  ReadyAll(&woken, /*behind=*/true);
  return true;
}

void LookAtNetworkFromOutside(std::uint64_t now) noexcept {
  if (!TakeRole()) return;
  GList woken;
  Ask(0, &woken);
  GiveRole(now);
  if (woken.Empty()) return;
  LockRealWord(&procs.lock);
  PushPolled(&woken);
  WakeSleeper();
  UnlockWord(&procs.lock);
}

NetWait WaitInNetwork(M* m, std::uint64_t until, GList* out) noexcept {
  if (!TakeRole()) return NetWait::kTaken;
  // seq_cst, and so in KickIfBlocked: who sets `wake` sees us here, or we see `wake`.
  __atomic_store_n(&netpoll.blocked, m, __ATOMIC_SEQ_CST);
  DelayHere();
  std::uint64_t now = Now();
  if (__atomic_load_n(&m->wake, __ATOMIC_SEQ_CST) == 0) {
    const std::uint64_t wait = until == Wheel::kNone ? until : until > now ? until - now : 0;
    Ask(wait, out);
    now = Now();
  }
  __atomic_store_n(&netpoll.blocked, nullptr, __ATOMIC_SEQ_CST);
  GiveRole(now);
  return NetWait::kDone;
}

void KickPoller() noexcept {
  const std::uint64_t one = 1;
  SystemCall(SYS_write, netpoll.kick, Word(&one), sizeof one);
}

void KickIfBlocked(const M* m) noexcept {
  if (NetInUse() && __atomic_load_n(&netpoll.blocked, __ATOMIC_SEQ_CST) == m) KickPoller();
}

}  // namespace golab::rt
