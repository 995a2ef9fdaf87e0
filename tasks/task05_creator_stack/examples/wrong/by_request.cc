// must fail: waiting
// They are started by the requests, a few at a time.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  const auto ch = MakeChan<int>();
  http::HandleFunc("/start", [=](http::ResponseWriter& w, http::Request& /*r*/) {
    for (int i = 0; i < *n; i++) go([=] { ch.Recv(); });
    w.Write("started\n");
  });
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  Select();
}
