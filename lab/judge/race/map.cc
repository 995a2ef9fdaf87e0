// no-race: goroutine 6 reads 'counts' while goroutine 7 may be writing it
// A map, with a lock that only one of the two takes.
#include <map>
#include <string>

#include <golab/golab.h>

using namespace golab;

std::map<std::string, int> counts;

void Count(const std::string& word) {
  counts[word]++;
}

GOLAB_MAIN() {
  sync::WaitGroup wg;
  sync::Mutex mu;
  wg.Add(2);
  go([&] {
    mu.Lock();
    Count("go");
    mu.Unlock();
    wg.Done();
  });
  go([&] {
    Count("went");
    wg.Done();
  });
  wg.Wait();
}
