// Looks again and again for as long as it is worth waiting.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

void RunWork();

namespace {
bool SettlesAt(int most, time::Duration patience) {
  for (const auto begin = time::Now(); time::Since(begin) < patience;) {
    if (runtime::NumGoroutine() <= most) return true;
    time::Sleep(5 * time::Millisecond);
  }
  return false;
}
}  // namespace

GOLAB_TEST(LeavesNothing, t) {
  const int before = runtime::NumGoroutine();
  RunWork();
  if (!SettlesAt(before, 200 * time::Millisecond)) {
    t.Errorf("%d goroutines before, %d after", before, runtime::NumGoroutine());
  }
}
