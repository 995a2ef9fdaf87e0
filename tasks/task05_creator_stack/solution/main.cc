// Goroutines that wait for ever on one channel, in a program whose profiles can be asked for:
// "created by" says where each of them comes from.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

#include <cstdio>

using namespace golab;

void WaitForever(Chan<int> ch) {
  ch.Recv();
}

// The variation: the same wait, begun in three places.
void SpawnHere(Chan<int> ch, int n) {
  for (int i = 0; i < n; i++) go(WaitForever, ch);
}

class Pool {
 public:
  explicit Pool(Chan<int> ch) : ch_(ch) {}

  void Start(int n) {
    for (int i = 0; i < n; i++) go(WaitForever, ch_);
  }

 private:
  Chan<int> ch_;
};

void SpawnSites(Chan<int> ch, int n) {
  SpawnHere(ch, n / 2);
  Pool(ch).Start(n / 4);
  // One that starts others: it is their creator, though its function has ended long since.
  go([=] {
    for (int i = n / 2 + n / 4; i < n; i++) go(WaitForever, ch);
  });
}

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve /debug/pprof/");
  const bool* sites = flag::Bool("sites", false, "start them in several functions");
  flag::Parse();

  auto [listener, err] = net::Listen("tcp", *addr);
  if (err) {
    fmt::Fprintf(os::Stderr(), "cannot serve at --addr %s: %v\n", *addr, err);
    os::Exit(1);
  }
  std::printf("serving http://%s/debug/pprof/\n", listener.Addr().String().c_str());
  go([listener = listener] { log::Fatal(http::Serve(listener, nullptr)); });

  const auto ch = MakeChan<int>();
  if (*sites) {
    SpawnSites(ch, *n);
  } else {
    for (int i = 0; i < *n; i++) go(WaitForever, ch);
  }
  Select();  // for ever, as Go's select {}
}
