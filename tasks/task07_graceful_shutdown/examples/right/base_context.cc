// Requests that do not end are told so, by the context that all of them come from.
#include <golab/golab.h>
#include <golab/http.h>

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

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  http::Server server;
  server.Handler = Routes();
  auto [requests, give_up] = context::WithCancel(context::Background());
  server.BaseContext = [requests = requests](const net::Listener&) { return requests; };
  const auto quit = MakeChan<Empty>(), worker = MakeChan<Empty>(), served = MakeChan<Empty>();
  server.RegisterOnShutdown([quit] { quit.Close(); });
  go([quit, worker] {
    Defer end{[&] { worker.Close(); }};
    for (const auto second = time::NewTicker(time::Second);;) {
      if (Select(Recv(quit), Recv(second.C)) == 0) return second.Stop();
      log::Print("tick");
    }
  });
  go([&server, served, ln = ln] {
    Defer end{[&] { served.Close(); }};
    server.Serve(ln);
  });
  const auto signals = MakeChan<os::Signal>(1);
  signal::Notify(signals, os::Interrupt, os::Terminate);
  signals.Recv();
  signal::Reset();
  log::Print("shutdown signal");
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel}, last{give_up};
  if (server.Shutdown(late)) {
    give_up();
    server.Close();
  }
  served.Recv();
  worker.Recv();
  log::Print("bye");
}
