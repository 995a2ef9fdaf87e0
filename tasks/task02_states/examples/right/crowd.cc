// Three of each, and goroutines that come and go meanwhile; main polls until nobody is new.
#include <golab/golab.h>

using namespace golab;

namespace {
sync::Mutex gate;
volatile std::uint64_t sum;
}  // namespace

GOLAB_MAIN() {
  flag::Parse();
  sync::WaitGroup brief;
  Chan<int> in = MakeChan<int>(), out = MakeChan<int>();
  gate.Lock();
  for (int i = 0; i < 3; i++) {
    go([=] { in.Recv(); });
    go([=] { out.Send(i); });
    go([] { gate.Lock(); });
    go([] { time::Sleep(10 * time::Second); });
    brief.Add(1);
    go([&brief] {
      time::Sleep(5 * time::Millisecond);
      brief.Done();
    });
  }
  go([] {
    for (std::uint64_t i = 0;; i++) sum = sum + i;
  });
  brief.Wait();
  time::After(200 * time::Millisecond).Recv();
  const String all = runtime::Stack(true);
  os::Stdout().WriteString(all);
}
