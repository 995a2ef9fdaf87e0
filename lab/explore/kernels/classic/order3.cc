// Three hand their two halves in; who wrote this thought that they could never take turns.
// Only a b c a b c breaks it: status 3.
#include <golab/golab.h>

#include <cstdint>

using namespace golab;

GOLAB_MAIN() {
  sync::Mutex mu;
  sync::WaitGroup wg;
  std::uint32_t turns = 0;
  for (const std::uint32_t who : {1, 2, 3}) {
    wg.Add(1);
    go([&, who] {
      for (int half = 0; half < 2; ++half) {
        mu.Lock();
        turns = turns * 10 + who;
        mu.Unlock();
      }
      wg.Done();
    });
  }
  wg.Wait();
  if (turns == 123123) os::Exit(3);
}
