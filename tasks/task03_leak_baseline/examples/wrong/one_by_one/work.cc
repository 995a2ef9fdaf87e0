// must fail: spawns
// A pool of two goroutines does the five pieces of work.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  const auto jobs = MakeChan<int>(5);
  for (int i = 0; i < 5; i++) jobs.Send(i);
  jobs.Close();
  sync::WaitGroup wg;
  wg.Add(2);
  for (int i = 0; i < 2; i++) {
    go([&wg, jobs] {
      for (int job : jobs) time::Sleep(job * time::Millisecond);
      wg.Done();
    });
  }
  wg.Wait();
}
