// must fail: waiting
// They send, and nobody receives.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Send(1);
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  const auto ch = MakeChan<int>();
  for (int i = 0; i < *n; i++) go(WaitForever, ch);
  Select();
}
