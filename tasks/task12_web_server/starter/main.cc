// task12: a web server. What to do is in README.md (golab show task12).
//
// Watch it: golab run task12, and curl from another terminal      Have it judged: golab check
// task12
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

// A goroutine may outlive the handler that started it, and w and r may not: pass it what it needs
// by value. r.Context() is a reference already, as a channel is; [&] would refer to a frame that is
// gone.
void Handle(http::ResponseWriter& w, http::Request& r) {
  const context::Context ctx = r.Context();
  static_cast<void>(ctx);
  // Start a goroutine here. After 100 ms it logs "log entry written"; if ctx ends before, it logs
  // "request canceled; aborting log" and ends.
  w.Write("hello\n");
}

GOLAB_MAIN() {
  const String* addr = flag::String("addr", "localhost:8080", "where to listen");
  flag::Parse();

  http::HandleFunc("/", Handle);
  auto [listener, err] = net::Listen("tcp", *addr);
  if (err) {
    fmt::Fprintf(os::Stderr(), "cannot serve at --addr %s: %v\n", *addr, err);
    os::Exit(1);
  }
  std::printf("serving http://%s/\n", listener.Addr().String().c_str());
  // Who prints "goroutines: N" once a second, while main serves?
  log::Fatal(http::Serve(listener, nullptr));
}
