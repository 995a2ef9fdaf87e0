// One select in main for all that may happen, and a phase: at work, going down, done.
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
  const auto served = MakeChan<Error>(1), drained = MakeChan<Error>(1);
  go([&server, served, ln = ln] { served.Send(server.Serve(ln)); });
  auto signals = MakeChan<os::Signal>(1);
  signal::Notify(signals, os::Interrupt, os::Terminate);
  const auto ticker = time::NewTicker(time::Second);
  RecvChan<time::Time> ticks = ticker.C, late = nullptr;
  bool serving = true, draining = false, down = false;
  while (serving || draining || !down) {
    switch (Select(Recv(ticks), Recv(signals), Recv(late), Recv(drained), Recv(served))) {
      case 0:
        fmt::Println("tick");
        break;
      case 1:
        fmt::Println("shutdown signal");
        signal::Stop(signals);
        ticker.Stop();
        ticks = nullptr;
        late = time::After(5 * time::Second);
        down = draining = true;
        go([&server, drained] { drained.Send(server.Shutdown(context::Background())); });
        break;
      case 2:
        server.Close();
        draining = false;
        break;
      case 3:
        draining = false;
        break;
      case 4:
        serving = false;
        break;
    }
  }
  fmt::Println("bye");
}
