// task5: the creator stack. What to do is in README.md (golab show task5).
//
// Watch it: golab run task5      Have it judged: golab check task5
#include <golab/golab.h>
#include <golab/http.h>

#include <cstdio>

using namespace golab;

// Pass a channel by value: it is a reference already, and [&] of main's variables would dangle in
// goroutines that outlive them.

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve /debug/pprof/");
  flag::Parse();

  auto [listener, err] = net::Listen("tcp", *addr);
  if (err) {
    fmt::Fprintf(os::Stderr(), "cannot serve at --addr %s: %v\n", *addr, err);
    os::Exit(1);
  }
  std::printf("serving http://%s/debug/pprof/\n", listener.Addr().String().c_str());
  // Which include puts the profiles into http::DefaultServeMux?
  go([listener = listener] { log::Fatal(http::Serve(listener, nullptr)); });

  // Start *n goroutines here, which receive from one channel, and have main wait for ever.
  static_cast<void>(n);
}
