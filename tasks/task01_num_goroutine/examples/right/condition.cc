// Workers are counted under a mutex, main waits on a condition; the monitor sleeps between its
// lines and looks at a flag.
#include <iostream>

#include "golab/golab.h"

namespace {

namespace gt = golab::time;

struct Crew {
  golab::sync::Mutex mu;
  golab::sync::Cond gone = golab::sync::NewCond(&mu);
  int at_work = 0;
  bool closing = false;

  void Enter() {
    mu.Lock();
    ++at_work;
    mu.Unlock();
  }

  void Leave() {
    mu.Lock();
    --at_work;
    mu.Unlock();
    gone.Broadcast();
  }

  void AwaitAll() {
    mu.Lock();
    while (at_work > 0) gone.Wait();
    mu.Unlock();
  }

  bool Closing() {
    mu.Lock();
    const bool now = closing;
    mu.Unlock();
    return now;
  }
};

void Report(Crew* watchers, gt::Duration every) {
  while (!watchers->Closing()) {
    gt::Sleep(every);
    std::cout << "goroutines: " << golab::runtime::NumGoroutine() << "\n";
  }
  watchers->Leave();
}

void Nap(Crew* crew, gt::Duration length) {
  gt::Sleep(length);
  crew->Leave();
}

}  // namespace

GOLAB_MAIN() {
  int workers = 0;
  gt::Duration length, every;
  golab::flag::IntVar(&workers, "workers", 10, "how many");
  golab::flag::DurationVar(&length, "sleep", gt::Second, "how long");
  golab::flag::DurationVar(&every, "interval", 100 * gt::Millisecond, "how often");
  golab::flag::Parse();

  Crew nappers, watchers;
  watchers.Enter();
  golab::go(Report, &watchers, every);
  for (int i = 0; i < workers; ++i) {
    nappers.Enter();
    golab::go(Nap, &nappers, length);
  }
  nappers.AwaitAll();
  gt::Sleep(3 * every);
  watchers.mu.Lock();
  watchers.closing = true;
  watchers.mu.Unlock();
  watchers.AwaitAll();
}
