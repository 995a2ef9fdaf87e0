// must fail: endpoint
// A page of its own stands where the profiles should be.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  auto mux = http::NewServeMux();
  mux.HandleFunc("/debug/pprof/", [](http::ResponseWriter& w, http::Request& /*r*/) {
    w.Write(fmt::Sprintf("goroutines: %d\n", runtime::NumGoroutine()));
  });
  go([=] { log::Fatal(http::ListenAndServe(*addr, mux)); });
  const auto ch = MakeChan<int>();
  for (int i = 0; i < *n; i++) go([=] { ch.Recv(); });
  Select();
}
