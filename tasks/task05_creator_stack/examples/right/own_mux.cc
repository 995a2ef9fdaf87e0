// A mux of its own; workers of a struct range over jobs that never come, and main waits in their
// channel, too.
#include <golab/golab.h>
#include <golab/http.h>
#include <golab/http_pprof.h>

using namespace golab;

struct Worker {
  Chan<String> jobs;

  void Run() const {
    for (const String& job : jobs) fmt::Println(job);
  }
};

GOLAB_MAIN() {
  const int* n = flag::Int("n", 100, "number of goroutines that wait");
  const String* addr = flag::String("addr", "localhost:6060", "where to serve");
  flag::Parse();
  auto mux = http::NewServeMux();
  http::pprof::Register(mux);
  go([=] { log::Fatal(http::ListenAndServe(*addr, mux)); });
  const auto jobs = MakeChan<String>(4);
  for (int i = 0; i < *n; i++) go([=] { Worker{jobs}.Run(); });
  jobs.Recv();
}
