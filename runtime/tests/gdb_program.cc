// Goroutines in every state. All are there when AllAreThere is called; then the program ends, or
// dies
// (`core`), or waits for ever (`wait`), having said so.

#include <csignal>
#include <functional>
#include <stdexcept>

#include "golab/golab.h"

using namespace golab;

namespace {

#define FUNCTION [[gnu::noinline]]

struct Shared {
  Chan<int> never = MakeChan<int>();
  Chan<int> other = MakeChan<int>();
  sync::Mutex locked;
  sync::WaitGroup others;
};

int sink;

FUNCTION void AllAreThere() {
  asm volatile("" ::: "memory");
}

FUNCTION void Receiver(Shared& s) {
  sink = s.never.Recv();
}

FUNCTION void Selector(Shared& s) {
  int value = 0;
  sink = Select(Recv(s.never, value), Recv(s.other, value));
}

FUNCTION void Locker(Shared& s) {
  s.locked.Lock();
  sink = 1;
}

FUNCTION void Sleeper() {
  time::Sleep(time::Hour);
  sink = 2;
}

FUNCTION void Catcher(Shared& s) {
  try {
    throw std::runtime_error("kept");
  } catch (const std::exception&) {
    sink = s.never.Recv();
  }
}

FUNCTION int Deep(Shared& s, int n) {
  if (n == 0) return s.never.Recv();
  return Deep(s, n - 1) + 1;
}

FUNCTION void Yielder() {
  runtime::Gosched();
  sink = 3;
}

FUNCTION void Unstarted(Shared&) {
  sink = 4;
}

FUNCTION void Short() {
  sink = 5;
}

FUNCTION void Runner(Shared& s) {
  go(Yielder);
  runtime::Gosched();
  go(Unstarted, std::ref(s));
  AllAreThere();
  const auto args = os::Args();
  const String what = args.Len() > 1 ? args[1] : "";
  if (what == "core") raise(SIGSYS);
  if (what == "wait") {
    fmt::Println("there");
    s.never.Recv();
  }
  s.others.Done();
}

}  // namespace

GOLAB_MAIN() {
  static Shared s;
  s.locked.Lock();
  s.others.Add(1);
  go([] { Receiver(s); });
  go([] { Selector(s); });
  go([] { Locker(s); });
  go(Sleeper);
  go([] { Catcher(s); });
  go([] { sink = Deep(s, 20); });
  go(Short);
  go([] { Runner(s); });
  s.others.Wait();
}
