// Each part is an object that begins in its constructor and has ended after its destructor: main has no
// shutdown of its own, it returns.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

#include <cstdio>
#include <optional>

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

struct Bye {
  ~Bye() { std::puts("bye"); }
};

struct Worker {
  context::CancelFunc cancel;
  sync::WaitGroup wg;

  Worker() {
    auto [ctx, stop] = context::WithCancel(context::Background());
    cancel = stop;
    wg.Add(1);
    go([this, ctx = ctx] {
      Defer end{[this] { wg.Done(); }};
      while (Select(Recv(ctx.Done()), Recv(time::After(time::Second))) == 1) std::puts("tick");
    });
  }

  ~Worker() {
    cancel();
    wg.Wait();
  }
};

struct Site {
  http::Server server;
  sync::WaitGroup wg;

  explicit Site(const net::Listener& ln) {
    server.Handler = Routes();
    wg.Add(1);
    go([this, ln] {
      Defer end{[this] { wg.Done(); }};
      server.Serve(ln);
    });
  }

  ~Site() {
    auto [late, cancel] = context::WithTimeout(context::Background(), 5 * time::Second);
    Defer release{cancel};
    if (server.Shutdown(late)) server.Close();
    wg.Wait();
  }
};

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "address");
  flag::Parse();
  auto [ln, err] = net::Listen("tcp", *addr);
  if (err) log::Fatal(err);
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
  Defer quiet{stop};
  const Bye bye;
  const Worker worker;
  const Site site(ln);
  ctx.Done().Recv();
  stop();
  std::puts("shutdown signal");
}
