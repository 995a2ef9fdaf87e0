// must fail: waiting
// A select of two cases waits in [select].
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitForever(Chan<int> a, Chan<int> b) {
  Select(Recv(a), Recv(b));
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  const auto a = MakeChan<int>(), b = MakeChan<int>();
  for (int i = 0; i < *n; i++) go(WaitForever, a, b);
  Select();
}
