// Each waiter starts the next, and then waits; another goroutine prints how many there are.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitAndStart(Chan<int> ch, int left) {
  if (left > 1) go(WaitAndStart, ch, left - 1);
  for (;;) ch.RecvOk();
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  go([] {
    for (;;) {
      time::Sleep(time::Minute);
      fmt::Println(runtime::NumGoroutine());
    }
  });
  WaitAndStart(MakeChan<int>(), *n + 1);
}
