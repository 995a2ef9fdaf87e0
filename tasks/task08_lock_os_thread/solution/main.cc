// A goroutine is not bound to a thread, until it asks for that. One that ends while it is bound
// takes its thread with it: nobody could know what it has done to it.
#include <golab/golab.h>

#include <cstdio>
#include <cstring>

using namespace golab;

// How many threads the kernel counts for this process; 0 where it does not say.
static int Threads() {
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) return 0;
  Defer close{[&] { std::fclose(status); }};
  char line[256];
  int threads = 0;
  while (std::fgets(line, sizeof line, status) != nullptr) {
    if (std::sscanf(line, "Threads: %d", &threads) == 1) break;
  }
  return threads;
}

// Runs `n` goroutines and waits until all have ended; each waits for a moment, so that many are
// there at once. Prints the count of threads at that moment and when it is over.
static void Round(const char* what, int n, bool locks, bool unlocks) {
  sync::WaitGroup wg;
  const auto meet = MakeChan<bool>();
  for (int i = 0; i < n; i++) {
    wg.Add(1);
    go([&wg, meet, locks, unlocks] {
      Defer done{[&wg] { wg.Done(); }};
      if (locks) runtime::LockOSThread();
      meet.Recv();
      if (unlocks) runtime::UnlockOSThread();
    });
  }
  time::Sleep(100 * time::Millisecond);
  std::printf("%d goroutines %s: threads: %d\n", n, what, Threads());
  meet.Close();
  wg.Wait();
  time::Sleep(100 * time::Millisecond);  // a thread ends a little after its goroutine
  std::printf("when they have ended: threads: %d\n", Threads());
}

// What the runtime's own metrics have to say of threads: how many may run goroutines, and not how
// many there are.
static void Metrics() {
  metrics::Sample samples[] = {{"/sched/gomaxprocs:threads"}, {"/sched/threads:threads"}};
  metrics::Read(samples);
  for (const metrics::Sample& sample : samples) {
    if (sample.Value.Kind() == metrics::KindUint64) {
      fmt::Printf("the metric %s says %d\n", sample.Name, sample.Value.Uint64());
    } else {
      fmt::Printf("there is no metric %s\n", sample.Name);
    }
  }
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines");
  const bool* unlock = flag::Bool("unlock", false, "unlock before the end");
  flag::Parse();
  std::printf("GOMAXPROCS %d, threads: %d\n", runtime::GOMAXPROCS(0), Threads());
  Round("without LockOSThread", *n, false, false);
  Round("with LockOSThread", *n, true, *unlock);
  Metrics();
}
