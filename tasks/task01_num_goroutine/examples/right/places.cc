// A buffered channel holds a place for each worker: when main has taken all places back, all have
// ended. Twice as many workers as asked for, in two halves that sleep at the same time.
#include <golab/golab.h>

#include <cstdio>
#include <vector>

using namespace golab;

struct Lab {
  int* workers = flag::Int("workers", 10, "workers of each half");
  time::Duration* nap = flag::Duration("sleep", time::Second, "their sleep");
  time::Duration* gap = flag::Duration("interval", 100 * time::Millisecond, "gap between lines");
  Chan<int> places;
  Chan<Chan<bool>> stop = MakeChan<Chan<bool>>();

  void Sleeper() {
    time::Sleep(*nap);
    places.Recv();
  }

  void Watch() {
    auto timer = time::NewTimer(*gap);
    Chan<bool> answer;
    while (Select(Recv(stop, answer), Recv(timer.C)) == 1) {
      timer.Reset(*gap);
      const int now = runtime::NumGoroutine();
      std::printf("%d of %d workers; goroutines: %d\n", static_cast<int>(places.Len()),
                  2 * *workers, now);
    }
    timer.Stop();
    answer.Send(true);
  }
};

GOLAB_MAIN() {
  Lab lab;
  flag::Parse();
  lab.places = MakeChan<int>(2 * *lab.workers);
  go([&lab] { lab.Watch(); });
  for (int half = 0; half < 2; half++) {
    for (int i = 0; i < *lab.workers; i++) {
      lab.places.Send(i);
      go([&lab] { lab.Sleeper(); });
    }
  }
  while (lab.places.Len() > 0) time::Sleep(10 * time::Millisecond);
  time::Sleep(*lab.gap);
  auto answer = MakeChan<bool>();
  lab.stop.Send(answer);
  answer.Recv();
}
