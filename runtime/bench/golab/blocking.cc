// A goroutine that blocks in the kernel, and who runs meanwhile: go/blocking.go line by line.

#include <golab/golab.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/bench/golab/measure.h"

namespace golab::syscall {}

namespace absent {

struct Nothing {};

/// What `Blocking` means where golab::syscall has none: any other overload is better.
Nothing Blocking(...);

}  // namespace absent

namespace bench {
namespace {

using namespace absent;          // NOLINT(google-build-using-namespace): overload resolution
using namespace golab::syscall;  // NOLINT(google-build-using-namespace): chooses between the two

template <class F>
concept CanBlock = !std::is_same_v<decltype(Blocking(std::declval<F>())), Nothing>;

[[maybe_unused]] void Expect(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::_Exit(1);
}

/// One goroutine reads from an empty pipe. How long until the other, which is ready, has its P
/// (handoff), and how long after the write until the reader runs again (comeback).
template <class Read>
void Handoff(Read read) {
  constexpr int kTimes = 200;
  int pipe_ends[2];
  Expect(pipe(pipe_ends) == 0, "pipe");
  std::vector<double> handoff(kTimes), comeback(kTimes);
  auto enter = golab::MakeChan<Int>(0), done = golab::MakeChan<Int>(0);
  golab::atomic::Int64 entered, returned;
  golab::go([&] {
    for (int i = 0; i < kTimes; ++i) {
      enter.Recv();
      entered.Store(static_cast<Int>(NowNs()));
      read(pipe_ends[0]);
      returned.Store(static_cast<Int>(NowNs()));
      done.Send(1);
    }
  });
  for (std::size_t i = 0; i < kTimes; ++i) {
    entered.Store(0);
    enter.Send(1);
    while (entered.Load() == 0) golab::runtime::Gosched();
    handoff[i] = NowNs() - static_cast<double>(entered.Load());
    golab::time::Sleep(golab::time::Millisecond);  // let the reader sleep in the kernel
    double wrote = NowNs();
    Expect(write(pipe_ends[1], "x", 1) == 1, "write");
    done.Recv();
    comeback[i] = static_cast<double>(returned.Load()) - wrote;
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  ReportWaits("handoff", std::move(handoff));
  ReportWaits("comeback", std::move(comeback));
}

template <class Lambda>
void HandoffIfThere(Lambda) {
  if constexpr (CanBlock<Lambda>) {
    Handoff([](int from) {
      char byte;
      ssize_t got = 0;
      Blocking([&] { got = read(from, &byte, 1); });
      Expect(got == 1, "read");
    });
  } else {
    for (const char* name : {"handoff_p99", "handoff_max", "comeback_p99", "comeback_max"}) {
      ReportMissing(name, "syscall::Blocking");
    }
  }
}

}  // namespace

bool RunBlocking(const std::string& row) {
  if (row != "handoff") return false;
  HandoffIfThere([] {});
  return true;
}

}  // namespace bench
