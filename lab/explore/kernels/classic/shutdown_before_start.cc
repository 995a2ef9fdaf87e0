// A shutdown that finds no server running does nothing.
// If it comes before the server has begun, the server waits for ever.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto stop = MakeChan<int>();
  auto ended = MakeChan<int>();
  sync::Mutex log;
  atomic::Bool serving;
  go([&] {
    serving.Store(true);
    stop.Recv();
    ended.Close();
  });
  runtime::Gosched();
  if (serving.Load()) stop.Close();
  ended.Recv();
  log.Lock();
  log.Unlock();
}
