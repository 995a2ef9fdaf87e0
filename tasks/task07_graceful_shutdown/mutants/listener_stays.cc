// must fail: refuses
// The door stays open while it is waited for those inside.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

constexpr auto kDeadline = 5 * time::Second;

// Ticks each second until its context ends; a stubborn one does not look at it.
static void Worker(const context::Context& ctx, bool stubborn) {
  const auto ticker = time::NewTicker(time::Second);
  Defer stop{[&] { ticker.Stop(); }};
  for (;;) {
    if (stubborn) {
      ticker.C.Recv();
    } else if (Select(Recv(ticker.C), Recv(ctx.Done())) == 1) {
      return;
    }
    fmt::Println("tick");
  }
}

static http::ServeMux Routes() {
  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok\n"); });
  mux.HandleFunc("GET /slow", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(2 * time::Second);
    w.Write("done\n");
  });
  mux.HandleFunc("GET /forever",
                 [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
  return mux;
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to serve, `host:port`");
  const bool* stubborn = flag::Bool("stubborn", false, "the worker ignores its context");
  flag::Parse();

  // Listen here, Serve elsewhere: a port that is taken is known before anything has begun.
  auto [listener, err] = net::Listen("tcp", *addr);
  if (err) log::Fatalf("cannot serve at %s: %v", *addr, err);

  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  const auto worker = MakeChan<bool>();  // closed when it has ended
  go([ctx = ctx, ended = worker, stubborn = *stubborn] {
    Defer joined{[&] { ended.Close(); }};
    Worker(ctx, stubborn);
  });

  http::Server server;
  server.Handler = Routes();
  const auto served = MakeChan<Error>(1);
  go([&server, ln = listener, served] { served.Send(server.Serve(ln)); });

  Error failed;
  const bool told = Select(Recv(ctx.Done()), Recv(served, failed)) == 0;
  stop();  // from here on a second signal ends the program; and it ends ctx, whatever happened
  if (told) {
    fmt::Println("shutdown signal");
  } else {
    log::Printf("server failed: %v", failed);
  }

  // One deadline for all steps. What has not ended by then is cut off, or said to be left.
  auto [deadline, cancel] = context::WithTimeout(context::Background(), kDeadline);
  Defer release{cancel};
  time::Sleep(2500 * time::Millisecond);
  if (server.Shutdown(deadline)) server.Close();
  if (told) served.Recv();
  Select(Recv(worker), Recv(deadline.Done()));
  // Both may have been ready, and a select takes either: ask again.
  if (Select(Recv(worker), Default) == kDefault)
    fmt::Println("worker did not finish within deadline");
  fmt::Println("bye");
  if (!told) os::Exit(1);
}
