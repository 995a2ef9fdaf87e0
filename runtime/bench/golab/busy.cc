// Goroutines that need a processor, and those that are ready behind them: go/busy.go line by line.

#include <golab/golab.h>

#include <algorithm>
#include <functional>

#include "runtime/bench/golab/measure.h"
#include "runtime/bench/golab/spin.h"

namespace bench {
namespace {

using golab::Chan;
using golab::sync::WaitGroup;

constexpr double kMs = 1e6;

/// Somebody looks at what Spin returns.
golab::atomic::Uint64 seen;

/// Nanoseconds of one step of `spin` on a processor of its own.
double StepNs(Spin spin) {
  constexpr Int kSteps = 200000;
  double best = kForEver;
  for (int i = 0; i < kRounds; ++i) {
    double start = NowNs();
    seen.Store(spin(kSteps));
    best = std::min(best, NowNs() - start);
  }
  return best / kSteps;
}

/// 64 goroutines of 0.8 ms of work each. The value is the time they took together over the perfect
/// one: the processor time that the same work needs when nobody shares it, split among all Ps.
void Cpu64() {
  constexpr int kGoroutines = 64;
  const Int steps = static_cast<Int>(0.8 * kMs / StepNs(SpinPlain));
  double need = kForEver, took = kForEver;
  for (int i = 0; i < 2 * kRounds; ++i) {  // moments in which all processors are free are rare
    double cpu = CpuNs();
    for (int j = 0; j < kGoroutines; ++j) seen.Store(SpinPlain(steps));
    need = std::min(need, CpuNs() - cpu);

    WaitGroup wg;
    wg.Add(kGoroutines);
    double start = NowNs();
    for (int j = 0; j < kGoroutines; ++j) {
      golab::go([&] {
        seen.Store(SpinPlain(steps));
        wg.Done();
      });
    }
    wg.Wait();
    took = std::min(took, NowNs() - start);
  }
  Report("cpu_64", "x", took / (need / procs));
}

/// Runs body beside two busy goroutines for each P. They compute in stretches of 50 ms and yield
/// between two of them, so that where nobody preempts, a wait still ends. Every few microseconds
/// each of them sends the time on `knock`, if somebody waits there.
void BesideBusy(Spin spin, Chan<Int> knock, const std::function<void()>& body) {
  const int busy = 2 * procs;
  const Int piece = 10000;
  const Int pieces = static_cast<Int>(50 * kMs / StepNs(spin)) / piece;
  golab::atomic::Bool stop;
  WaitGroup wg;
  wg.Add(busy);
  for (int i = 0; i < busy; ++i) {
    golab::go([&, spin] {
      while (!stop.Load()) {
        for (Int j = 0; j < pieces && !stop.Load(); ++j) {
          seen.Store(spin(piece));
          golab::Select(golab::Send(knock, static_cast<Int>(NowNs())), golab::Default);
        }
        golab::runtime::Gosched();
      }
      wg.Done();
    });
  }
  body();
  stop.Store(true);
  wg.Wait();
}

/// How long a goroutine waits that a busy one has made ready.
void WaitBusy(const std::string& name, Spin spin) {
  std::vector<double> waits;
  auto knock = golab::MakeChan<Int>(0);
  BesideBusy(spin, knock, [&] {
    for (double end = NowNs() + 2000 * kMs, now = 0; now < end;) {
      Int ready = knock.Recv();
      now = NowNs();
      waits.push_back(now - static_cast<double>(ready));
    }
  });
  ReportWaits(name, std::move(waits));
}

/// A thousand sleepers, due one a millisecond: how late each runs again.
void TimerBusy() {
  constexpr int kTimers = 1000;
  std::vector<double> late(kTimers);
  BesideBusy(SpinCounted, golab::MakeChan<Int>(0), [&] {
    WaitGroup wg;
    wg.Add(kTimers);
    double start = NowNs();
    for (int i = 0; i < kTimers; ++i) {
      golab::go([&, i] {
        double due = start + (100 + i) * kMs;
        golab::time::Sleep(golab::time::Duration(static_cast<Int>(due - NowNs())));
        late[static_cast<std::size_t>(i)] = NowNs() - due;
        wg.Done();
      });
    }
    wg.Wait();
  });
  ReportWaits("timer_busy", std::move(late));
}

}  // namespace

bool RunBusy(const std::string& row) {
  if (row == "cpu_64") {
    Cpu64();
  } else if (row == "wait_busy") {
    WaitBusy(row, SpinCounted);
  } else if (row == "wait_plain") {
    WaitBusy(row, SpinPlain);
  } else if (row == "timer_busy") {
    TimerBusy();
  } else {
    return false;
  }
  return true;
}

}  // namespace bench
