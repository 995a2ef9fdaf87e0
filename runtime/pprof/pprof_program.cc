// Writes profiles that Go's tools are shown (go_tool_test.cc):
//
//   pprof_program goroutine N [DEBUG]   N goroutines that wait, and one with labels
//   pprof_program block | mutex | heap | allocs | threadcreate
//   pprof_program cpu                   two functions that compute, one three times as long

#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "golab/golab.h"

using namespace golab;

namespace {

void Worker(const Chan<int>& never) {
  never.Recv();
}

void Goroutines(int n) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < n; ++i) go(Worker, never);
  pprof::Do(context::Background(), pprof::Labels("lesson", "leak"),
            [&](const context::Context&) { go([=] { Select(Recv(never), Recv(never)); }); });
  while (runtime::NumGoroutine() != n + 2) runtime::Gosched();
  time::Sleep(10 * time::Millisecond);
}

volatile unsigned sink;

void Compute(unsigned n) {
  unsigned x = 1;
  for (unsigned i = 0; i < n; ++i) x = x * 1664525 + 1013904223;
  sink = x;
}

void Often() {
  for (int i = 0; i < 3; ++i) Compute(1u << 20);
}

void Seldom() {
  Compute(1u << 20);
}

/// Until enough processor time has gone for some hundred samples, however busy the machine is.
void Work() {
  timespec used{};
  do {
    Often();
    Seldom();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (used.tv_sec < 2);
}

void Contend() {
  runtime::SetBlockProfileRate(1);
  runtime::SetMutexProfileFraction(1);
  sync::Mutex mu;
  sync::WaitGroup wg;
  for (int i = 0; i < 3; ++i) {
    wg.Add(1);
    go([&] {
      mu.Lock();
      time::Sleep(time::Millisecond);
      mu.Unlock();
      wg.Done();
    });
  }
  wg.Wait();
}

void Write(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(STDOUT_FILENO, data, size);
    if (n <= 0) std::_Exit(3);
    data += n;
    size -= static_cast<std::size_t>(n);
  }
}

}  // namespace

GOLAB_MAIN() {
  const Slice<String> args = os::Args();
  const std::string what = args.Len() > 1 ? std::string(args[1]) : "";
  Error err;
  if (what == "cpu") {
    err = pprof::StartCPUProfile(Write);
    if (!err) Work();
    pprof::StopCPUProfile();
  } else {
    if (what == "goroutine") Goroutines(std::atoi(args[2].c_str()));
    if (what == "block" || what == "mutex") Contend();
    const int debug = args.Len() > 3 ? std::atoi(args[3].c_str()) : 0;
    err = pprof::Lookup(what).WriteTo(Write, debug);
  }
  if (err) log::Fatal(err);
}
