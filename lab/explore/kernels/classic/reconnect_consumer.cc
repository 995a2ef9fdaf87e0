// The consumers of closed connections take messages until they see that they are to stop.
// If one comes to its select when both are ready, it takes what was meant for the new one:
// status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto messages = MakeChan<int>(4);
  auto stop = MakeChan<int>();
  sync::Mutex log;
  sync::WaitGroup wg;
  int received = 0;
  for (int i = 0; i < 5; ++i) {
    wg.Add(1);
    go([&] {
      int lost = 0;
      bool open = true;
      while (open && Select(Recv(messages, lost, open), Recv(stop)) == 0) {
      }
      wg.Done();
    });
  }
  stop.Close();
  for (int i = 0; i < 4; ++i) messages.Send(1);
  messages.Close();
  wg.Add(1);
  go([&] {
    for (const int m : messages) received += m;
    wg.Done();
  });
  wg.Wait();
  if (received != 4) os::Exit(3);
}
