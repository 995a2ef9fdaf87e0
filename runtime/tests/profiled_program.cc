// A goroutine that is busy three calls deep: for profilers, and for an unwinder that a signal
// starts there (`unwind`), which prints where it got to.

#include <unwind.h>

#include <atomic>
#include <csignal>
#include <cstdint>

#include "golab/golab.h"

using namespace golab;

extern "C" void golab_entry();  // the first frame of every goroutine

namespace {

std::uint64_t sink = 1;
volatile std::sig_atomic_t frames = 0;
std::atomic<std::uintptr_t> outermost = 0;  // where its function starts
volatile std::sig_atomic_t ended = 0;

_Unwind_Reason_Code Visit(_Unwind_Context* context, void*) {
  frames = frames + 1;
  outermost = _Unwind_GetRegionStart(context);
  return _URC_NO_REASON;
}

void OnSignal(int) {
  ended = _Unwind_Backtrace(&Visit, nullptr) == _URC_END_OF_STACK;
}

[[gnu::noinline]] void Burn() {
  for (int i = 0; i < 400'000'000; ++i) sink = sink * 6364136223846793005U + 1442695040888963407U;
}

[[gnu::noinline]] void Interrupted() {
  raise(SIGPROF);
  sink = sink + 1;
}

[[gnu::noinline]] void Middle(bool unwind) {
  unwind ? Interrupted() : Burn();
  sink = sink + 1;
}

[[gnu::noinline]] void Outer(bool unwind) {
  Middle(unwind);
  sink = sink + 1;
}

}  // namespace

GOLAB_MAIN() {
  const auto args = os::Args();
  const bool unwind = args.Len() > 1;
  ::signal(SIGPROF, &OnSignal);
  sync::WaitGroup done;
  done.Add(1);
  go([&] {
    Outer(unwind);
    done.Done();
  });
  done.Wait();
  if (!unwind) return;
  const bool is_entry = outermost == reinterpret_cast<std::uintptr_t>(&golab_entry);
  fmt::Println(ended == 1 ? "ended" : "failed", is_entry ? "at the entry" : "elsewhere",
               frames > 6 ? "deep" : "flat");
}
