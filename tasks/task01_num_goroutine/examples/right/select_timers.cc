// Workers sleep in a select with a timer, the monitor as well; every end is a message on a channel.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto interval = flag::Duration("interval", 100 * time::Millisecond, "pause of the monitor");
  auto count = flag::Int("workers", 10, "number of sleepers");
  auto nap = flag::Duration("sleep", 1 * time::Second, "length of a sleep");
  flag::Parse();

  auto quit = MakeChan<bool>(1);
  auto finished = MakeChan<int>();
  auto monitor_finished = MakeChan<bool>();

  for (int id = 0; id < *count; ++id) {
    go([=] {
      Chan<int> never;
      Select(Recv(never), Recv(time::After(*nap)));
      finished.Send(id);
    });
  }
  go([=] {
    bool more = true;
    while (more) {
      switch (Select(Recv(time::After(*interval)), Recv(quit))) {
        case 0:
          fmt::Println("goroutines:", runtime::NumGoroutine());
          break;
        default:
          more = false;
      }
    }
    fmt::Println("goroutines:", runtime::NumGoroutine());
    monitor_finished.Close();
  });

  for (int id = 0; id < *count; ++id) finished.Recv();
  time::After(250 * time::Millisecond).Recv();
  quit.Send(true);
  monitor_finished.Recv();
}
