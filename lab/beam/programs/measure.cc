// What golab's goroutines cost, a line each: name, value. The same as measure.go and measure.erl
// do.
#include <golab/golab.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace golab;

static void Say(const char* name, double value) {
  std::printf("%s %.1f\n", name, value);
}

/// The fastest of five rounds: what disturbs only adds.
static double Best(int operations, const Func<void()>& round) {
  double best = 0;
  for (int i = 0; i < 5; ++i) {
    const time::Time begin = time::Now();
    round();
    const double each = static_cast<double>(time::Since(begin).Nanoseconds()) / operations;
    if (i == 0 || each < best) best = each;
  }
  return best;
}

static void Spawn() {
  constexpr int kMany = 100'000;
  Say("spawn_ns", Best(kMany, [] {
        sync::WaitGroup wg;
        for (int i = 0; i < kMany; ++i) {
          wg.Add(1);
          go([&wg] { wg.Done(); });
          wg.Wait();
        }
      }));
}

/// There and back is two messages.
static void Message() {
  constexpr int kMany = 200'000;
  const auto there = MakeChan<int>();
  const auto back = MakeChan<int>();
  go([=] {
    for (const int value : there) back.Send(value);
    back.Close();
  });
  Say("message_ns", Best(2 * kMany, [=] {
        for (int i = 0; i < kMany; ++i) {
          there.Send(i);
          back.Recv();
        }
      }));
  there.Close();
}

static void Switch() {
  constexpr int kMany = 200'000;
  Say("switch_ns", Best(2 * kMany, [] {
        sync::WaitGroup wg;
        for (int g = 0; g < 2; ++g) {
          wg.Add(1);
          go([&wg] {
            for (int i = 0; i < kMany; ++i) runtime::Gosched();
            wg.Done();
          });
        }
        wg.Wait();
      }));
}

static double ResidentBytes() {
  long pages = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

static void Memory() {
  constexpr int kMany = 50'000;
  const double before = ResidentBytes();
  const auto gate = MakeChan<int>();
  sync::WaitGroup wg;
  for (int i = 0; i < kMany; ++i) {
    wg.Add(1);
    go([&wg, gate] {
      gate.Recv();
      wg.Done();
    });
  }
  for (int i = 0; i < 3; ++i) runtime::Gosched();  // all of them wait
  Say("memory_bytes", (ResidentBytes() - before) / kMany);
  gate.Close();
  wg.Wait();
}

static volatile bool stop = false;
static volatile long turns = 0;
constexpr long kMost = 2'000'000'000;  // where nobody can make it give way it ends all the same

/// Not inlined: only what is plainly the program's own code is interrupted.
[[gnu::noinline]] static void Spin() {
  while (!stop && turns < kMost) turns = turns + 1;
}

/// How late a sleeper of 1 ms runs while somebody computes on the only processor; the median.
static void Preemption() {
  go(&Spin);
  std::vector<double> late;
  for (int i = 0; i < 21; ++i) {
    const time::Time begin = time::Now();
    time::Sleep(time::Millisecond);
    late.push_back(static_cast<double>(time::Since(begin).Nanoseconds()) / 1e6 - 1);
  }
  stop = true;
  if (turns >= kMost) return;  // the sleepers had the processor to themselves: no answer
  std::sort(late.begin(), late.end());
  Say("preempt_ms", late[late.size() / 2]);
}

/// A worker crashes; who looks after it sees that and starts the next one.
static void Restart() {
  constexpr int kMany = 2'000;
  Say("restart_ns", Best(kMany, [] {
        const auto ended = MakeChan<int>();
        for (int i = 0; i < kMany; ++i) {
          go([ended] {
            WithDefers([&](Defers& defer) {
              defer([&] {
                if (recover()) ended.Send(1);
              });
              panic("crash");
            });
          });
          ended.Recv();
        }
      }));
}

GOLAB_MAIN() {
  Memory();
  Spawn();
  Message();
  Switch();
  Restart();
  Preemption();
}
