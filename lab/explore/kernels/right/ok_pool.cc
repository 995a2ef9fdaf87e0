// Three workers share the jobs; results are closed when all workers have ended.
// Every order: each job is done once.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto jobs = MakeChan<int>(4);
  auto results = MakeChan<int>();
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      Defer told{[&] { wg.Done(); }};
      for (const int job : jobs) results.Send(job * job);
    });
  }
  go([&] {
    for (int job = 1; job <= 6; ++job) jobs.Send(job);
    jobs.Close();
  });
  go([&] {
    wg.Wait();
    results.Close();
  });
  int sum = 0;
  for (const int r : results) sum += r;
  if (sum != 91) os::Exit(3);
}
