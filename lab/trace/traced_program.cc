// A program that traces itself, for traces_test.cc: traced_program MODE FILE [N].

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "golab/golab.h"

using namespace golab;

namespace {

/// Everything at once: goroutines that talk, lock, select, sleep, give way, call the system,
/// compute.
void Mix(int n) {
  sync::WaitGroup wg;
  sync::Mutex mu;
  const auto box = MakeChan<int>(2);
  const auto quit = MakeChan<Empty>();
  long shared = 0;
  auto [ctx, task] = trace::NewTask(context::Background(), "mix");
  for (int i = 0; i < n; ++i) {
    wg.Add(1);
    go([&, i, ctx = ctx] {
      Defer done{[&] { wg.Done(); }};
      const auto region = trace::StartRegion(ctx, "turn");
      for (int k = 0; k < 20; ++k) {
        mu.Lock();
        ++shared;
        if (k % 4 == 0) runtime::Gosched();
        mu.Unlock();
        if (i % 2 == 0) {
          box.Send(k);
        } else {
          box.Recv();
        }
        if (k % 10 == i % 10) time::Sleep(100 * time::Microsecond);
        if (k == 7) syscall::Blocking([i] { usleep(static_cast<unsigned>(i % 3) * 200); });
        if (k == 9)
          go([&mu] {
            mu.Lock();
            mu.Unlock();
          });
        volatile long sink = 0;
        for (int spin = 0; spin < 2000; ++spin) sink = sink + spin;
      }
      trace::Logf(ctx, "turn", "%d ends", i);
    });
  }
  go([&] {
    for (;;) {
      switch (Select(Recv(quit), Recv(time::After(300 * time::Microsecond)))) {
        case 0:
          return;
        default:
          break;
      }
    }
  });
  wg.Wait();
  quit.Close();
  time::Sleep(2 * time::Millisecond);
  task.End();
}

void PingPong(int n) {
  const auto to = MakeChan<int>(), back = MakeChan<int>();
  go([=] {
    for (;;) {
      auto [value, ok] = to.RecvOk();
      if (!ok) return;
      back.Send(value);
    }
  });
  for (int i = 0; i < n; ++i) {
    to.Send(i);
    back.Recv();
  }
  to.Close();
  runtime::Gosched();
}

}  // namespace

GOLAB_MAIN() {
  const auto args = os::Args();
  if (args.size() < 3) os::Exit(2);
  const String mode = args[1];
  const int n = args.size() > 3 ? std::atoi(args[3].c_str()) : 40;
  const auto [file, err] = os::Create(args[2]);
  if (err || trace::Start(file)) os::Exit(1);
  if (mode == "mix") Mix(n);
  if (mode == "pingpong") PingPong(n);
  if (mode == "panic") {
    Mix(n);
    panic("on purpose");
  }
  if (mode == "fault") {
    Mix(n);
    *reinterpret_cast<volatile int*>(0x7000'0000'0000) = 1;
  }
  if (mode == "returns") {
    Mix(n);
    std::exit(0);
  }
  if (mode == "asleep") {
    Mix(n);
    MakeChan<int>().Recv();
  }
  if (mode == "killed") {
    Mix(n);
    time::Sleep(300 * time::Millisecond);  // longer than the tracer keeps anything to itself
    std::raise(SIGKILL);
  }
  if (mode == "generations") {
    for (int i = 0; i < 5; ++i) {
      Mix(n);
      time::Sleep(500 * time::Millisecond);
    }
  }
  if (mode == "twice") {
    Mix(n);
    trace::Stop();
    if (trace::IsEnabled()) os::Exit(3);
    Mix(n);
    const auto [again, failed] = os::Create(args[2]);
    if (failed || trace::Start(again)) os::Exit(1);
    if (!trace::Start(again)) os::Exit(4);
    Mix(n);
  }
  if (mode == "again") {
    trace::Stop();
    for (int i = 0; i < n; ++i) {
      const auto [other, failed] = os::Create(args[2]);
      if (failed || trace::Start(other)) os::Exit(1);
      const time::Ticker ticker = time::NewTicker(time::Millisecond);
      for (int tick = 0; tick < 200; ++tick) {
        ticker.C.Recv();
        trace::Logf(context::Background(), "tick", "trace %d, tick %d", i, tick);
      }
      ticker.Stop();
      trace::Stop();
    }
  }
  if (mode == "writer") {
    trace::Stop();
    const auto [other, failed] = os::Create(args[2]);
    const io::Writer writer(
        [other = other](const char* data, std::size_t size) { return other.Write(data, size); });
    if (failed || trace::Start(writer)) os::Exit(1);
    Mix(n);
  }
  trace::Stop();
}
