// Main sleeps for an hour, again and again; the waiters are done when a context is, which is never.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  go([=] { log::Fatal(http::ListenAndServe(*addr, nullptr)); });
  auto [ctx, cancel] = context::WithCancel(context::Background());
  for (int i = 0; i < *n; i++) go([ctx = ctx] { ctx.Done().Recv(); });
  for (;;) time::Sleep(time::Hour);
}
