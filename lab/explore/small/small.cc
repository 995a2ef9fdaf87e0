// Programs small enough to be run under every schedule: argument 1 says which. Each prints what
// depends on the order, so that a schedule that was left out is missed by its outcome, too.
#include <golab/golab.h>

#include <cstdio>
#include <cstring>

using namespace golab;

namespace {

/// Two workers hand in their numbers over a channel.
void Results() {
  auto results = MakeChan<int>();
  for (int i = 1; i <= 3; ++i) {
    go([=] { results.Send(i); });
  }
  int seen = 0;
  for (int i = 0; i < 3; ++i) seen = seen * 10 + results.Recv();
  std::printf("%d\n", seen);
}

/// A select waits on two channels: what completes it through one takes it off the other.
void SelectPair() {
  auto a = MakeChan<int>(1);
  auto b = MakeChan<int>(1);
  go([=] { a.Send(1); });
  go([=] { b.Send(2); });
  int x = 0;
  const int first = Select(Recv(a, x), Recv(b, x));
  const int second = Select(Recv(a, x), Recv(b, x), Default);
  std::printf("%d %d %d\n", first, second, x);
}

/// Two goroutines wait in a select over the same two channels.
void SelectCrowd() {
  auto a = MakeChan<int>();
  auto b = MakeChan<int>();
  auto done = MakeChan<int>(2);
  for (int i = 0; i < 2; ++i) {
    go([=] {
      int x = 0;
      const int which = Select(Recv(a, x), Recv(b, x));
      done.Send(10 * (i + 1) + which);
    });
  }
  a.Send(1);
  b.Send(2);
  const int first = done.Recv();
  const int second = done.Recv();
  std::printf("%d %d\n", first, second);
}

/// A send that is dropped where nobody waits yet.
void DefaultDrop() {
  auto c = MakeChan<int>();
  auto got = MakeChan<int>(1);
  go([=] {
    int x = 0;
    got.Send(Select(Recv(c, x), Default));
  });
  const int sent = Select(Send(c, 1), Default);
  const int received = got.Recv();
  std::printf("%d %d\n", sent, received);
}

/// Close against sends into a buffer and a receiver's range.
void Close() {
  auto c = MakeChan<int>(2);
  auto sum = MakeChan<int>(1);
  go([=] {
    int total = 0;
    for (;;) {
      auto [value, ok] = c.RecvOk();
      if (!ok) break;
      total += value;
    }
    sum.Send(total);
  });
  c.Send(1);
  c.Send(2);
  c.Close();
  std::printf("%d\n", sum.Recv());
}

/// Two sleeps end at one instant, and a third is later.
void TimerTie() {
  auto c = MakeChan<int>(3);
  for (int i = 1; i <= 2; ++i) {
    go([=] {
      time::Sleep(5 * time::Second);
      c.Send(i);
    });
  }
  go([=] {
    time::Sleep(6 * time::Second);
    c.Send(3);
  });
  const int first = c.Recv();
  const int second = c.Recv();
  std::printf("%d %d %d\n", first, second, c.Recv());
}

/// A timer and a result at the same instant.
void Timeout() {
  auto result = MakeChan<int>(1);
  go([=] {
    time::Sleep(1 * time::Second);
    result.Send(1);
  });
  int x = 0;
  const int which = Select(Recv(result, x), Recv(time::After(1 * time::Second)));
  std::printf("%d\n", which);
}

/// A function's timer stopped at the instant at which it is due.
void StopTimer() {
  auto fired = MakeChan<int>(1);
  auto timer = time::AfterFunc(1 * time::Second, [=] { fired.Send(1); });
  time::Sleep(1 * time::Second);
  const bool stopped = timer.Stop();
  int x = 0;
  const int which = stopped ? -2 : Select(Recv(fired, x), Default);
  std::printf("%d %d\n", stopped ? 1 : 0, which);
}

void Locks() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  int order = 0;
  for (int i = 1; i <= 2; ++i) {
    wg.Add(1);
    go([&, i] {
      mu.Lock();
      order = order * 10 + i;
      mu.Unlock();
      mu.Lock();
      order = order * 10 + i;
      mu.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
  std::printf("%d\n", order);
}

void TryLocks() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  atomic::Int32 got;
  wg.Add(2);
  for (int i = 0; i < 2; ++i) {
    go([&] {
      if (mu.TryLock()) {
        got.Add(1);
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  std::printf("%d\n", got.Load());
}

void Readers() {
  sync::RWMutex mu;
  sync::WaitGroup wg;
  int value = 0;
  int seen[2] = {};
  wg.Add(3);
  for (int i = 0; i < 2; ++i) {
    go([&, i] {
      mu.RLock();
      seen[i] = value;
      mu.RUnlock();
      wg.Done();
    });
  }
  go([&] {
    mu.Lock();
    value = 1;
    mu.Unlock();
    wg.Done();
  });
  wg.Wait();
  std::printf("%d %d\n", seen[0], seen[1]);
}

void Condition() {
  sync::Mutex mu;
  auto cond = sync::NewCond(&mu);
  sync::WaitGroup wg;
  int turn = 0, order = 0;
  wg.Add(2);
  for (int i = 1; i <= 2; ++i) {
    go([&, i] {
      mu.Lock();
      while (turn == 0) cond.Wait();
      order = order * 10 + i;
      mu.Unlock();
      wg.Done();
    });
  }
  mu.Lock();
  turn = 1;
  cond.Broadcast();
  mu.Unlock();
  wg.Wait();
  std::printf("%d\n", order);
}

/// Waiters of a WaitGroup, and a counter that is taken to 0 before or after they come.
void Groups() {
  sync::WaitGroup wg;
  auto out = MakeChan<int>(2);
  wg.Add(2);
  for (int i = 0; i < 2; ++i) go([&] { wg.Done(); });
  for (int i = 1; i <= 2; ++i) {
    go([&, i] {
      wg.Wait();
      out.Send(i);
    });
  }
  const int first = out.Recv();
  std::printf("%d %d\n", first, out.Recv());
}

/// Add in a loop with `go`: the first may be done before the last is added.
void GroupLoop() {
  sync::WaitGroup wg;
  atomic::Int32 sum;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] { wg.Done(); });
  }
  wg.Wait();
  std::printf("%d\n", sum.Load());
}

/// Add inside the goroutine: Wait may come too early.
void GroupInside() {
  static sync::WaitGroup wg;  // main may end first
  auto in = MakeChan<int>(2);
  for (int i = 1; i <= 2; ++i) {
    go([in, i] {
      wg.Add(1);
      in.Send(i);
      wg.Done();
    });
  }
  wg.Wait();
  std::printf("%d\n", static_cast<int>(in.Len()));
}

void OnceOnly() {
  sync::Once once;
  auto out = MakeChan<int>(2);
  int who = 0;
  for (int i = 1; i <= 2; ++i) {
    go([&, i] {
      once.Do([&] {
        runtime::NumGoroutine();
        who = i;
      });
      out.Send(who);
    });
  }
  out.Recv();
  std::printf("%d\n", out.Recv());
}

void Contexts() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto out = MakeChan<int>(3);
  for (int i = 1; i <= 2; ++i) {
    go([=, ctx = ctx] {
      Select(Recv(ctx.Done()));
      out.Send(i);
    });
  }
  cancel();
  const int first = out.Recv();
  std::printf("%d %d\n", first, out.Recv());
}

void Deadline() {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 1 * time::Second);
  auto out = MakeChan<int>(1);
  go([=] {
    time::Sleep(1 * time::Second);
    out.Send(1);
  });
  int x = 0;
  const int which = Select(Recv(ctx.Done()), Recv(out, x));
  cancel();
  std::printf("%d\n", which);
}

void Atomics() {
  atomic::Int32 a, b;
  sync::WaitGroup wg;
  int x = 0, y = 0;
  wg.Add(2);
  go([&] {
    a.Store(1);
    x = b.Load();
    wg.Done();
  });
  go([&] {
    b.Store(1);
    y = a.Load();
    wg.Done();
  });
  wg.Wait();
  std::printf("%d %d\n", x, y);
}

/// Gives up its turn until a flag is set.
void Yields() {
  atomic::Int32 flag;
  go([&] { flag.Store(1); });
  int turns = 0;
  runtime::Gosched();
  if (flag.Load() == 0) {
    ++turns;
    runtime::Gosched();
  }
  const int set = flag.Load();
  std::printf("%d %d\n", turns, set);
}

/// Main does not wait: what the other prints may be cut off.
void CutOff() {
  atomic::Int32 flag;
  go([&] {
    runtime::Gosched();
    std::printf("other\n");
    flag.Store(1);
  });
  runtime::Gosched();
  std::printf("main\n");
}

/// An error is asked for beside the cancellation.
void ContextError() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto out = MakeChan<int>(1);
  go([=, ctx = ctx] { out.Send(ctx.Err() == nullptr ? 0 : 1); });
  cancel();
  std::printf("%d\n", out.Recv());
}

/// Polls, and gives up its turn meanwhile: there is no end of schedules.
void Spins() {
  atomic::Int32 flag;
  go([&] { flag.Store(1); });
  while (flag.Load() == 0) runtime::Gosched();
}

/// Counted while others come and go.
void Counts() {
  auto stop = MakeChan<int>();
  go([=] { stop.Recv(); });
  go([] {});
  const int n = runtime::NumGoroutine();
  stop.Send(1);
  std::printf("%d\n", n);
}

/// Each prints its own line: the order is theirs.
void Prints() {
  sync::WaitGroup wg;
  wg.Add(3);
  for (int i = 1; i <= 3; ++i) {
    go([&, i] {
      std::printf("%d\n", i);
      wg.Done();
    });
  }
  wg.Wait();
}

struct Program {
  const char* name;
  void (*run)();
};

constexpr Program kPrograms[] = {
    {"results", &Results},
    {"select_pair", &SelectPair},
    {"select_crowd", &SelectCrowd},
    {"default_drop", &DefaultDrop},
    {"close", &Close},
    {"timer_tie", &TimerTie},
    {"timeout", &Timeout},
    {"stop_timer", &StopTimer},
    {"locks", &Locks},
    {"try_locks", &TryLocks},
    {"readers", &Readers},
    {"condition", &Condition},
    {"groups", &Groups},
    {"group_loop", &GroupLoop},
    {"group_inside", &GroupInside},
    {"once", &OnceOnly},
    {"contexts", &Contexts},
    {"deadline", &Deadline},
    {"atomics", &Atomics},
    {"yields", &Yields},
    {"cut_off", &CutOff},
    {"counts", &Counts},
    {"prints", &Prints},
    {"context_error", &ContextError},
    {"spins", &Spins},
};

}  // namespace

GOLAB_MAIN() {
  for (const Program& program : kPrograms) {
    if (os::Args().size() > 1 && os::Args()[1] == program.name) return program.run();
  }
  os::Exit(9);
}
