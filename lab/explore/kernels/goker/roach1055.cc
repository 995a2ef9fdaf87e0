// A stopper waits under its lock for tasks to end; tasks start under the same lock (cockroach
// #1055). If a task has looked before the stopper drains and takes the lock after it: a deadlock.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Stopper {
  Chan<int> stopped = MakeChan<int>();
  sync::WaitGroup workers, tasks;
  sync::Mutex mu;
  atomic::Bool draining;

  void Work() {
    if (!draining.Load()) {
      mu.Lock();
      tasks.Add(1);
      mu.Unlock();
      tasks.Done();
    }
    stopped.Recv();
    workers.Done();
  }

  void Stop() {
    mu.Lock();
    draining.Store(true);
    tasks.Wait();
    stopped.Close();
    workers.Wait();
    mu.Unlock();
  }
};

}  // namespace

GOLAB_MAIN() {
  Stopper stoppers[2];
  for (Stopper& s : stoppers) {
    s.workers.Add(1);
    go([&s] { s.Work(); });
  }
  runtime::Gosched();
  for (Stopper& s : stoppers) s.Stop();
}
