// must fail: waiting
// Nobody is started.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  static_cast<void>(n);
  Select();
}
