// task7: graceful shutdown. What to do is in README.md (golab show task7).
//
// Watch it: golab run task7      Have it judged: golab check task7
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

// Names of Go's packages are namespaces here. What you may need:
//
//   auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
//   auto [deadline, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
//   auto [listener, err] = net::Listen("tcp", *addr);
//   http::Server server;  server.Handler = mux;  server.Serve(listener);  server.Shutdown(deadline);
//   Select(Recv(done), Recv(deadline.Done()));        whichever comes first: 0 or 1
//
// A variable that a goroutine refers to ([&]) must live as long as the goroutine.

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to serve, `host:port`");
  flag::Parse();

  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok\n"); });
  // GET /slow answers after 2 s; GET /forever waits for the end of its r.Context().

  // A worker: prints "tick" each second.

  // Who hears of a signal, and what has to end before main may print "bye"?
  log::Fatal(http::ListenAndServe(*addr, mux));
}
