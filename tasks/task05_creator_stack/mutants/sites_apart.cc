// must fail: waiting
// variation: sites
// In the variation each function has a channel of its own.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Recv();
}

void SpawnSome(int n) {
  const auto ch = MakeChan<int>();
  for (int i = 0; i < n; i++) go(WaitForever, ch);
}

void SpawnOthers(int n) {
  const auto ch = MakeChan<int>();
  for (int i = 0; i < n; i++) go(WaitForever, ch);
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  const bool* sites = flag::Bool("sites", false, "start them in several functions");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  if (*sites) {
    SpawnSome(*n / 2);
    SpawnOthers(*n - *n / 2);
  } else {
    SpawnSome(*n);
  }
  Select();
}
