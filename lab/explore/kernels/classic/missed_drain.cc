// A worker that is told to stop may leave jobs behind.
// If it comes to its select when both are ready, it may take the stop first: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto jobs = MakeChan<int>(3);
  auto results = MakeChan<int>(3);
  auto stop = MakeChan<int>();
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    int job = 0;
    while (Select(Recv(jobs, job), Recv(stop)) == 0) results.Send(job * job);
    wg.Done();
  });
  for (int i = 0; i < 3; ++i) jobs.Send(i);
  runtime::Gosched();
  stop.Close();
  wg.Wait();
  results.Close();
  if (results.Len() != 3) os::Exit(3);
}
