// must fail: creators
// variation: sites
// One function starts all of them.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Recv();
}

void SpawnAll(Chan<int> ch, int n) {
  for (int i = 0; i < n; i++) go(WaitForever, ch);
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Bool("sites", false, "start them in several functions");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  SpawnAll(MakeChan<int>(), *n);
  Select();
}
