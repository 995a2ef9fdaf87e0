// A reader of a ring takes its position and then the element there.
// If the writer laps it between the two, and has not ended: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  constexpr int kSize = 3;
  atomic::Int32 written;
  atomic::Bool ended;
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    const int position = written.Load();
    const bool lapped = written.Load() - position >= kSize;
    if (lapped && !ended.Load()) os::Exit(3);
    wg.Done();
  });
  go([&] {
    for (int i = 0; i < kSize; ++i) written.Add(1);
    ended.Store(true);
    wg.Done();
  });
  wg.Wait();
}
