// task9: Execution trace. What to do is in README.md (golab show task9).
//
// Watch it: golab run task9      Have it judged: golab check task9
#include <golab/golab.h>

#include <cstdio>

using namespace golab;

// About 10 ms of work, by the clock: in golab's virtual time a loop that only counts has no fixed
// length.
void Compute() {
  long sum = 0;
  for (const auto start = time::Now(); time::Since(start) < 10 * time::Millisecond;) {
    for (int i = 0; i < 100; i++) sum += i;
  }
  runtime::KeepAlive(sum);  // or a compiler may leave the loop out
}

void Work(int cycles) {
  for (int i = 0; i < cycles; i++) {
    Compute();
    // A worker sleeps for 50 ms.
  }
}

GOLAB_MAIN() {
  const int* workers = flag::Int("workers", 5, "number of workers");
  const int* cycles = flag::Int("cycles", 3, "how often each computes and sleeps");
  const String* out = flag::String("out", "trace.out", "file of the trace");
  flag::Parse();

  const auto [file, err] = os::Create(*out);
  if (err) {
    std::printf("%s\n", err.Text().c_str());
    os::Exit(1);
  }
  // trace::Start(file) returns an Error. Where does the trace begin, and where does it end?

  for (int i = 0; i < *workers; i++) {
    go(Work, *cycles);
  }
  // Wait for the workers.
}
