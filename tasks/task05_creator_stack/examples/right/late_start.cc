// They are started one after another by a goroutine that ends, and main waits in a WaitGroup for
// the server.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  const auto gate = MakeChan<Empty>();
  go([=] {
    for (int i = 0; i < *n; i++) {
      go([=] {
        switch (Select(Recv(gate))) {
          default:
            fmt::Println("nobody comes here");
        }
      });
      if (i % 50 == 0) time::Sleep(10 * time::Millisecond);
    }
  });
  sync::WaitGroup serving;
  serving.Add(1);
  go([&] {
    Defer done{[&] { serving.Done(); }};
    http::Server server;
    server.Addr = *addr;
    log::Println(server.ListenAndServe());
  });
  serving.Wait();
}
