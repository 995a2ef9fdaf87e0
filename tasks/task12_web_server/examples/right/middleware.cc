// The log is a wrapper around every handler, and has a context of its own below the request's, which
// it ends itself. Lines are records of slog.
#include <golab/golab.h>
#include <golab/http.h>

using namespace golab;

static http::Handler Logged(http::Handler inner) {
  return http::HandlerFunc([inner](http::ResponseWriter& w, http::Request& r) mutable {
    auto [ctx, cancel] = context::WithTimeout(r.Context(), 100 * time::Millisecond);
    Defer release{cancel};
    sync::WaitGroup logged;
    logged.Add(1);
    go([ctx = ctx, &logged] {
      Defer done{[&] { logged.Done(); }};
      ctx.Done().Recv();
      if (errors::Is(ctx.Err(), context::DeadlineExceeded))
        slog::Info("log entry written", "by", "middleware");
      else
        slog::Info("request canceled; aborting log", "why", context::Cause(ctx));
    });
    auto its = r.WithContext(ctx);
    inner.ServeHTTP(w, its);
    logged.Wait();
  });
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();
  const auto mux = http::NewServeMux();
  mux.HandleFunc("GET /{$}", [](http::ResponseWriter& w, http::Request&) { w.Write("inner\n"); });
  go([] {
    for (const auto ticks = time::Tick(time::Second);;) {
      ticks.Recv();
      fmt::Println("goroutines:", runtime::NumGoroutine());
    }
  });
  log::Fatal(http::ListenAndServe(*addr, Logged(mux)));
}
