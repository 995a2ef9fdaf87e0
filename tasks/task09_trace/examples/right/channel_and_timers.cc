// Channels in place of a WaitGroup, time::After in place of Sleep, no sleep after the last cycle.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

static void Crunch() {
  volatile long sink = 0;
  const auto until = time::Now().Add(10 * time::Millisecond);
  while (time::Now().Before(until)) sink = sink + 1;
}

static void Cycle(int rounds, SendChan<int> done) {
  Crunch();
  for (int left = rounds - 1; left > 0; --left) {
    time::After(50 * time::Millisecond).Recv();
    Crunch();
  }
  done.Send(0);
}

GOLAB_MAIN() {
  const int* n = flag::Int("workers", 5, "goroutines");
  const int* rounds = flag::Int("cycles", 3, "rounds");
  const String* path = flag::String("out", "trace.out", "trace");
  flag::Parse();
  auto opened = os::Create(*path);
  if (opened.err || trace::Start(opened.file)) os::Exit(1);
  const auto done = MakeChan<int>();
  for (int i = 0; i < *n; ++i) go(Cycle, *rounds, done);
  for (int i = 0; i < *n; ++i) done.Recv();
  runtime::Gosched();  // the last one has sent, and has still to end
  time::Sleep(time::Millisecond);
  trace::Stop();
}
