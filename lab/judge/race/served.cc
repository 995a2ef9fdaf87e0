// no-race: goroutine 10 reads 'hits' while goroutine 11 may be writing it
// Each connection has a goroutine: a handler is called by several at once.
#include <golab/driver.h>
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

int hits = 0;

GOLAB_DRIVER() {
  driver::AwaitPort("localhost:8080");
  driver::Curl("http://localhost:8080/").Times(2).Start();
  driver::Wait();
  driver::Signal(os::Interrupt);
}

GOLAB_MAIN() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
  http::HandleFunc("/", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(10 * time::Millisecond);  // the time that it takes to find the answer
    ++hits;
    fmt::Fprintln(w, "hello");
  });
  http::Server server;
  server.Addr = "localhost:8080";
  go([&] { server.ListenAndServe(); });
  ctx.Done().Recv();
  server.Shutdown(context::Background());
}
