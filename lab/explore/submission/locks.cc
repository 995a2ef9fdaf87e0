// sync and the C++ library's own locks under every schedule: a goroutine that is preempted inside
// one keeps it, and the others wait their turn.

#include <golab/golab.h>

#include <map>
#include <mutex>
#include <string>

#include "verify.h"

using namespace golab;

namespace {

/// Two steps that must not be seen apart.
struct Pair {
  int a = 0;
  int b = 0;

  void Bump() {
    VERIFY(a == b);
    ++a;
    for (int i = 0; i < 5; ++i) asm volatile("");
    ++b;
  }
};

template <class Lock>
void Excludes(Lock& lock, void (*enter)(Lock&), void (*leave)(Lock&)) {
  Pair pair;
  sync::WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Add(1);
    go([&] {
      for (int i = 0; i < 4; ++i) {
        enter(lock);
        pair.Bump();
        leave(lock);
      }
      wg.Done();
    });
  }
  wg.Wait();
  VERIFY(pair.a == 16 && pair.b == 16);
}

void RWMutexLetsReadersShare() {
  sync::RWMutex mu;
  Pair pair;
  sync::WaitGroup wg;
  for (int g = 0; g < 2; ++g) {
    wg.Add(2);
    go([&] {
      for (int i = 0; i < 3; ++i) {
        mu.Lock();
        pair.Bump();
        mu.Unlock();
      }
      wg.Done();
    });
    go([&] {
      for (int i = 0; i < 3; ++i) {
        mu.RLock();
        VERIFY(pair.a == pair.b);
        mu.RUnlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  VERIFY(pair.a == 6);
}

void CondHandsOverTurns() {
  sync::Mutex mu;
  auto cond = sync::NewCond(&mu);
  int turn = 0;
  sync::WaitGroup wg;
  for (int g = 0; g < 3; ++g) {
    wg.Add(1);
    go([&, g] {
      mu.Lock();
      while (turn != g) cond.Wait();
      ++turn;
      cond.Broadcast();
      mu.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
  VERIFY(turn == 3);
}

void OnceRunsOnce() {
  sync::Once once;
  int runs = 0;
  sync::WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Add(1);
    go([&] {
      once.Do([&] {
        runtime::Gosched();
        ++runs;
      });
      VERIFY(runs == 1);
      wg.Done();
    });
  }
  wg.Wait();
}

int MakeStatic() {
  for (int i = 0; i < 20; ++i) asm volatile("");
  return 42;
}

int Static() {
  static const int value = MakeStatic();
  return value;
}

void StaticsAndCallOnceRunOnce() {
  static std::once_flag flag;
  static int called = 0;
  sync::WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Add(1);
    go([&] {
      VERIFY(Static() == 42);
      std::call_once(flag, [] {
        for (int i = 0; i < 20; ++i) asm volatile("");
        ++called;
      });
      VERIFY(called == 1);
      wg.Done();
    });
  }
  wg.Wait();
}

void ContainersSurvivePreemption() {
  sync::WaitGroup wg;
  int sums[3] = {0, 0, 0};
  for (int g = 0; g < 3; ++g) {
    wg.Add(1);
    go([&, g] {
      std::map<std::string, int> words;
      for (int i = 0; i < 8; ++i) words["key" + std::to_string(i % 3)] += i;
      for (const auto& [word, count] : words) sums[g] += count;
      wg.Done();
    });
  }
  wg.Wait();
  for (int sum : sums) VERIFY(sum == 28);
}

}  // namespace

GOLAB_MAIN() {
  sync::Mutex mu;
  Excludes<sync::Mutex>(
      mu, [](sync::Mutex& m) { m.Lock(); }, [](sync::Mutex& m) { m.Unlock(); });
  std::mutex std_mu;
  Excludes<std::mutex>(
      std_mu, [](std::mutex& m) { m.lock(); }, [](std::mutex& m) { m.unlock(); });
  RWMutexLetsReadersShare();
  CondHandsOverTurns();
  OnceRunsOnce();
  StaticsAndCallOnceRunOnce();
  ContainersSurvivePreemption();
}
