// no-race: goroutine 10 writes 'results' while main may be reading it
// wg.Add in the goroutine that Wait is to wait for, and a vector that all share.
#include <vector>

#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  std::vector<int> results;
  sync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) {
    go([&, i] {
      wg.Add(1);
      results.push_back(i);
      wg.Done();
    });
  }
  wg.Wait();
  fmt::Println(results.size());
  time::Sleep(time::Second);
}
