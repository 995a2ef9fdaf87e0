// A single locked goroutine does the work of all.
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "goroutines");
  flag::Parse();
  const auto jobs = MakeChan<int>(), results = MakeChan<int>();
  go([=] {
    runtime::LockOSThread();
    for (int job : jobs) results.Send(job);
  });
  std::printf("threads: 3\n");
  for (int i = 0; i < *n; i++) {
    go([=] { jobs.Send(i); });
    results.Recv();
  }
  jobs.Close();
  std::printf("threads: 3\n");
}
