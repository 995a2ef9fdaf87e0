// A goroutine for each signal; the first of them to hear does it all, and main waits on a Cond.
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
  sync::Mutex mu;
  auto changed = sync::NewCond(&mu);
  bool serving = true, working = true, told = false;
  const auto set = [&](bool* what, bool value) {
    mu.Lock();
    *what = value;
    changed.Broadcast();
    mu.Unlock();
  };
  go([&, ln = ln] {
    server.Serve(ln);
    set(&serving, false);
  });
  go([&] {
    Defer end{[&] { set(&working, false); }};
    for (;;) {
      time::Sleep(100 * time::Millisecond);
      for (int tenth = 1; tenth < 10; tenth++) {
        mu.Lock();
        const bool stop = told;
        mu.Unlock();
        if (stop) return;
        time::Sleep(100 * time::Millisecond);
      }
      fmt::Println("tick");
    }
  });
  auto signals = MakeChan<os::Signal>(1);
  signal::Notify(signals, os::Interrupt, os::Terminate);
  go([&, signals] {
    signals.Recv();
    signal::Stop(signals);
    fmt::Println("shutdown signal");
    set(&told, true);
    auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
    Defer release{cancel};
    if (server.Shutdown(late)) server.Close();
  });
  mu.Lock();
  while (serving || working) changed.Wait();
  mu.Unlock();
  auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
  Defer release{cancel};
  if (server.Shutdown(late)) server.Close();
  fmt::Println("bye");
}
