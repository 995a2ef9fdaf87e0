// must fail: endpoint
// The dump that is served was taken before the goroutines were started.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Recv();
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  const String before = runtime::Stack(true);
  http::HandleFunc("GET /debug/pprof/goroutine", [=](http::ResponseWriter& w, http::Request& r) {
    if (r.FormValue("debug") == "2") {
      w.Write(before);
    } else {
      pprof::Lookup("goroutine").WriteTo(w, r.FormValue("debug") == "1" ? 1 : 0);
    }
  });
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  const auto ch = MakeChan<int>();
  for (int i = 0; i < *n; i++) go(WaitForever, ch);
  Select();
}
