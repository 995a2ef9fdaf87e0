// must fail: refuses
// Goes on accepting while it drains, and tells those who come that it is closed.
#include <golab/golab.h>
#include <golab/http.h>

#include <atomic>

using namespace golab;

static http::ServeMux Routes() {
  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /health", [](http::ResponseWriter& w, http::Request&) { w.Write("ok"); });
  mux.HandleFunc("GET /slow", [](http::ResponseWriter& w, http::Request&) {
    time::Sleep(2 * time::Second);
    w.Write("slow");
  });
  mux.HandleFunc("GET /forever",
                 [](http::ResponseWriter&, http::Request& r) { r.Context().Done().Recv(); });
  return mux;
}

struct Door {
  http::ServeMux inner = Routes();
  sync::WaitGroup inside;
  std::atomic<bool> closed{false};

  void ServeHTTP(http::ResponseWriter& w, http::Request& r) {
    if (closed) return http::Error(w, "closed", http::StatusServiceUnavailable);
    inside.Add(1);
    Defer out{[this] { inside.Done(); }};
    inner.ServeHTTP(w, r);
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  server.Handler = Routes();
  Door door;
  server.Handler = http::Handler(door);
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  const auto worker = MakeChan<Empty>();
  go([ctx = ctx, worker] {
    Defer end{[&] { worker.Close(); }};
    for (const auto second = time::NewTicker(time::Second);;) {
      if (Select(Recv(ctx.Done()), Recv(second.C)) == 0) return second.Stop();
      fmt::Println("tick");
    }
  });
  const auto served = MakeChan<Empty>();
  go([&server, served, ln = ln] {
    Defer end{[&] { served.Close(); }};
    server.Serve(ln);
  });
  ctx.Done().Recv();
  stop();
  fmt::Println("shutdown signal");
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel};
  door.closed = true;
  const auto empty = MakeChan<Empty>();
  go([&door, empty] {
    door.inside.Wait();
    empty.Close();
  });
  Select(Recv(empty), Recv(late.Done()));
  if (server.Shutdown(late)) server.Close();
  empty.Recv();
  worker.Recv();
  served.Recv();
  fmt::Println("bye");
}
