// Package signal: which channels want which signals, and the goroutine that sends them. Go:
// os/signal/signal.go.

#include "golab/signal.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "golab/defer.h"
#include "golab/go.h"
#include "golab/select.h"

#include "runtime/arch/fiber.h"
#include "runtime/chan/hchan.h"
#include "runtime/sched/sched.h"
#include "runtime/world/recording.h"
#include "runtime/world/signal_actions.h"
#include "runtime/world/signal_arrival.h"
#include "runtime/world/trace.h"

namespace golab {
namespace rt {
namespace {

using SignalSet = std::uint64_t;  // a bit each; bit 0 is signal 1

constexpr SignalSet BitOf(int signal) {
  return SignalSet{1} << (signal - 1);
}

template <class Visit>
void ForEachSignal(SignalSet set, Visit&& visit) {
  for (; set != 0; set &= set - 1) visit(__builtin_ctzll(set) + 1);
}

/// A function's arguments.
using Signals = std::initializer_list<SignalArg>;

bool IsGiven(const SignalArg& s) {
  return s.value.Number() != 0;
}

/// Those that are named, all if none is; what programs cannot have is left out. Go: signum.
SignalSet SetOf(Signals signals) {
  const bool all = std::none_of(signals.begin(), signals.end(), &IsGiven);
  SignalSet set = 0;
  for (int one = 1; one <= kSignals; ++one) {
    const bool named = std::any_of(signals.begin(), signals.end(),
                                   [one](const SignalArg& s) { return s.value.Number() == one; });
    if ((all || named) && IsForPrograms(one)) set |= BitOf(one);
  }
  return set;
}

struct Listener {
  SendChan<os::Signal> c;
  SignalSet wants = 0;
};

struct Listeners {
  std::uint32_t lock = 0;                 // guards what follows
  bool started = false;                   // the goroutine that sends
  std::vector<Listener>* list = nullptr;  // never freed: signals may arrive during exit
};

constinit Listeners listeners;

/// Held while channels are sent to, which never waits: so when Stop has returned no more is sent.
class ListenersLock {
 public:
  ListenersLock() {
    Touch(&listeners, AccessMode::kWrite);
    LockWord(&listeners.lock);
    fiber::Acquire(&listeners);  // a mutex, as in Go
  }

  ListenersLock(const ListenersLock&) = delete;
  ListenersLock& operator=(const ListenersLock&) = delete;

  ~ListenersLock() {
    fiber::Release(&listeners);
    UnlockWord(&listeners.lock);
  }
};

/// The functions below are called with the lock held.
std::vector<Listener>& AllListeners() {
  if (listeners.list == nullptr) listeners.list = new std::vector<Listener>;
  return *listeners.list;
}

SignalSet AllWanted() {
  SignalSet all = 0;
  for (const Listener& one : AllListeners()) all |= one.wants;
  return all;
}

void SendOrDrop(const SendChan<os::Signal>& to, os::Signal signal) {
  Hchan* const c = to.raw();
  Touch(ObjectOf(c), AccessMode::kWrite);
  LockWord(&c->lock);
  if (TrySendLocked(c, &signal)) {
    GOLAB_EVIDENCE(EventType::kSend, 0, c->id);
  } else {
    UnlockWord(&c->lock);
  }
}

}  // namespace
}  // namespace rt

namespace signal {

// NOLINTBEGIN(readability-identifier-naming): Go's names, which dumps show

/// Lock held.
GOLAB_NOINLINE void process(os::Signal arrived) {
  bool wanted = false;
  for (const rt::Listener& one : rt::AllListeners()) {
    if ((one.wants & rt::BitOf(arrived.Number())) == 0) continue;
    wanted = true;
    rt::SendOrDrop(one.c, arrived);
  }
  // It arrived just before the last listener left: then it has its default action.
  if (!wanted) kill(getpid(), arrived.Number());
}

namespace {

/// Lock held. Inlined: no frame of Go's.
GOLAB_INLINE void ProcessAll() {
  for (rt::SignalSet set = rt::TakeArrived(); set != 0; set &= set - 1)
    process(os::Signal(__builtin_ctzll(set) + 1));
}

}  // namespace

GOLAB_NOINLINE void signal_recv() {
  rt::AwaitArrival();
}

GOLAB_NOINLINE void loop() {
  for (;;) {
    signal_recv();
    const rt::ListenersLock lock;
    ProcessAll();
  }
}

// NOLINTEND(readability-identifier-naming)

namespace {

/// The goroutine that sends; once. Lock not held.
GOLAB_INLINE bool StartsLoop() {
  const rt::ListenersLock lock;
  return !std::exchange(rt::listeners.started, true);
}

/// Takes these away from all channels.
void Cancel(rt::SignalSet set) {
  std::vector<rt::Listener> gone;
  std::erase_if(rt::AllListeners(), [&](rt::Listener& one) {
    one.wants &= ~set;
    if (one.wants != 0) return false;
    gone.push_back(one);
    return true;
  });
}

}  // namespace

void Notify(const SendChan<os::Signal>& c, rt::SignalArg s1, rt::SignalArg s2, rt::SignalArg s3,
            rt::SignalArg s4, rt::SignalArg s5, rt::SignalArg s6) {
  GOLAB_AT_CALL_AT(&rt::listeners, kWrite);
  if (c == nullptr) panic("os/signal: Notify using nil channel");
  rt::G* const me = rt::CurrentG("signal.Notify");
  const rt::SignalSet set = rt::SetOf({s1, s2, s3, s4, s5, s6});
  if (set != 0 && StartsLoop()) {
    rt::WatchArrivals();
    me->flags |= rt::kGStartsSystem;
    // Closures as in Go: dumps show who created the goroutine.
    const auto add = []() __attribute__((noinline)) {
      []() __attribute__((noinline)) {
        go(&loop);
      }
      ();
    };
    add();
    me->flags &= static_cast<std::uint8_t>(~rt::kGStartsSystem);
  }
  const rt::ListenersLock lock;
  rt::Listener* mine = nullptr;
  for (rt::Listener& one : rt::AllListeners()) {
    if (one.c == c) mine = &one;
  }
  if (mine == nullptr) mine = &rt::AllListeners().emplace_back(rt::Listener{c});
  rt::ForEachSignal(set & ~rt::AllWanted(), &rt::RelaySignal);
  mine->wants |= set;
}

void Stop(const SendChan<os::Signal>& c) {
  GOLAB_AT_CALL_AT(&rt::listeners, kWrite);
  rt::CurrentG("signal.Stop");
  rt::Listener mine;  // goes when the lock is free: it may be the channel's last holder
  const rt::ListenersLock lock;
  std::vector<rt::Listener>& list = rt::AllListeners();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!(list[i].c == c)) continue;
    rt::SignalSet others = 0;
    for (const rt::Listener& one : list) others |= &one == &list[i] ? 0 : one.wants;
    rt::ForEachSignal(list[i].wants & ~others, &rt::RestoreSignal);
    ProcessAll();  // what has arrived by now, it gets
    mine = std::move(list[i]);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void Ignore(rt::SignalArg s1, rt::SignalArg s2, rt::SignalArg s3, rt::SignalArg s4,
            rt::SignalArg s5, rt::SignalArg s6) {
  GOLAB_AT_CALL_AT(&rt::listeners, kWrite);
  rt::CurrentG("signal.Ignore");
  const rt::SignalSet set = rt::SetOf({s1, s2, s3, s4, s5, s6});
  const rt::ListenersLock lock;
  rt::ForEachSignal(set, &rt::IgnoreSignal);
  ProcessAll();
  Cancel(set);
}

void Reset(rt::SignalArg s1, rt::SignalArg s2, rt::SignalArg s3, rt::SignalArg s4, rt::SignalArg s5,
           rt::SignalArg s6) {
  GOLAB_AT_CALL_AT(&rt::listeners, kWrite);
  rt::CurrentG("signal.Reset");
  const rt::SignalSet set = rt::SetOf({s1, s2, s3, s4, s5, s6});
  const rt::ListenersLock lock;
  rt::ForEachSignal(set, &rt::RestoreSignal);
  ProcessAll();
  Cancel(set);
}

bool Ignored(rt::SignalArg s) {
  return rt::IsIgnored(s.value.Number());
}

namespace {

/// Go's signalCtx: a context that says how it was made.
struct SignalContext : context::Embedded {
  std::string name;

  golab::String String() const { return golab::String(name.data(), name.size()); }
};

std::string NameOf(const context::Context& parent, rt::Signals signals) {
  const golab::String of = parent.String();
  std::string named;
  for (const rt::SignalArg& s : signals) {
    if (!rt::IsGiven(s)) continue;
    const golab::String text = s.value.String();
    named += (named.empty() ? ", [" : " ") + std::string(text.data(), text.size());
  }
  return "signal.NotifyContext(" + std::string(of.data(), of.size()) + named +
         (named.empty() ? ")" : "])");
}

}  // namespace

context::Cancelable NotifyContext(const context::Context& parent, rt::SignalArg s1,
                                  rt::SignalArg s2, rt::SignalArg s3, rt::SignalArg s4,
                                  rt::SignalArg s5, rt::SignalArg s6) {
  auto [ctx, cancel] = context::WithCancel(parent);
  const Chan<os::Signal> c = MakeChan<os::Signal>(1);
  Notify(c, s1, s2, s3, s4, s5, s6);
  if (ctx.Err() == nullptr) {
    go([c, done = ctx.Done(), cancel = cancel] {
      if (Select(Recv(c), Recv(done)) == 0) cancel();
    });
  }
  SignalContext named;
  named.Context = ctx;
  named.name = NameOf(parent, {s1, s2, s3, s4, s5, s6});
  return {context::Context(std::move(named)), [c, cancel = cancel] {
            cancel();
            Stop(c);
          }};
}

}  // namespace signal
}  // namespace golab
