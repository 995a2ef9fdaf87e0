// Workers start each other, each with a helper that ends at once; destructors say who has left; the
// sleep is the C++ library's; a line is printed by a goroutine of its own each time.
#include <golab/golab.h>

#include <chrono>
#include <cstdio>
#include <thread>

using namespace golab;

namespace {

class Guest {
 public:
  explicit Guest(sync::WaitGroup* house) : house_(house) {}

  ~Guest() { house_->Done(); }

  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

 private:
  sync::WaitGroup* house_;
};

struct Settings {
  int workers;
  std::int64_t sleep_ns;
};

void Spawn(const Settings& s, sync::WaitGroup* house, int left) {
  if (left == 0) return;
  house->Add(1);
  go([&s, house, left] {
    Guest guest(house);
    Spawn(s, house, left - 1);
    const auto greeting = MakeChan<int>();
    go([greeting] { greeting.Send(1); });
    greeting.Recv();
    std::this_thread::sleep_for(std::chrono::nanoseconds(s.sleep_ns));
  });
}

}  // namespace

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 10, "");
  const auto* sleep = flag::Duration("sleep", time::Second, "");
  const auto* interval = flag::Duration("interval", 100 * time::Millisecond, "");
  flag::Parse();
  const Settings settings{*workers, sleep->Nanoseconds()};

  sync::WaitGroup house, lines;
  sync::Mutex closed;
  bool over = false;
  lines.Add(1);
  go([&] {
    Guest guest(&lines);
    for (;;) {
      time::Sleep(*interval);
      closed.Lock();
      const bool stop = over;
      closed.Unlock();
      if (stop) return;
      lines.Add(1);
      go([&lines] {
        Guest printer(&lines);
        std::fprintf(stderr, "goroutines: %d\n", runtime::NumGoroutine());
      });
    }
  });
  Spawn(settings, &house, settings.workers);
  house.Wait();
  time::Sleep(200 * time::Millisecond);
  closed.Lock();
  over = true;
  closed.Unlock();
  lines.Wait();
}
