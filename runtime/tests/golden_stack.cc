// Scenarios of stack-all.txt, and the programs that go_dump_test stops with signals and overflows.

#include <string_view>

#include "golab/golab.h"

#include "runtime/tests/golden_scenario.h"

using namespace golab;

class pool {
 public:
  void start() {
    go([this] { work_.Recv(); });
  }

 private:
  Chan<int> work_ = MakeChan<int>();
};

namespace {

void Sleeper() {
  time::Sleep(time::Hour);
}

void Receiver(Chan<int> ch) {
  ch.Recv();
}

void Sender(Chan<int> ch) {
  ch.Send(1);
}

void NilReceiver() {
  Chan<int>{}.Recv();
}

void NilSender() {
  Chan<int>{}.Send(1);
}

void SelectOfTwo(Chan<int> a, Chan<int> b) {
  Select(Recv(a), Recv(b));
}

void SelectOfOne(Chan<int> a) {
  Select(Recv(a));
}

void SelectOfNone() {
  Select();
}

void Locker(sync::Mutex* mu) {
  mu->Lock();
}

void RLocker(sync::RWMutex* mu) {
  mu->RLock();
}

void WLocker(sync::RWMutex* mu) {
  mu->Lock();
}

void WaitGroupWaiter(sync::WaitGroup* wg) {
  wg->Wait();
}

void CondWaiter(sync::Cond* c) {
  c->L.Lock();
  c->Wait();
}

void OnceWaiter(sync::Once* once) {
  once->Do([] { Select(); });
}

void LockedReceiver(Chan<int> ch) {
  runtime::LockOSThread();
  ch.Recv();
}

void TimerWaiter() {
  time::After(time::Hour).Recv();
}

void Ranger(Chan<int> ch) {
  for ([[maybe_unused]] int v : ch) {
  }
}

void StartAll(pool* p) {
  static sync::Mutex mu;
  static sync::RWMutex read_behind_writer, write_behind_writer, write_behind_reader;
  static sync::WaitGroup wg;
  static sync::Mutex cond_mu;
  static sync::Cond cond = sync::NewCond(&cond_mu);
  static sync::Once once;
  go(Sleeper);
  go(Receiver, MakeChan<int>());
  go(Sender, MakeChan<int>());
  go(NilReceiver);
  go(NilSender);
  go(SelectOfTwo, MakeChan<int>(), MakeChan<int>());
  go(SelectOfOne, MakeChan<int>());
  go(SelectOfNone);
  mu.Lock();
  go(Locker, &mu);
  read_behind_writer.Lock();
  go(RLocker, &read_behind_writer);
  write_behind_writer.Lock();
  go(WLocker, &write_behind_writer);
  write_behind_reader.RLock();
  go(WLocker, &write_behind_reader);
  wg.Add(1);
  go(WaitGroupWaiter, &wg);
  go(CondWaiter, &cond);
  go(OnceWaiter, &once);
  time::Sleep(time::Millisecond);  // the first is inside before the second comes
  go(OnceWaiter, &once);
  go(LockedReceiver, MakeChan<int>());
  go(TimerWaiter);
  go(Ranger, MakeChan<int>());
  p->start();
  go([] { [] { MakeChan<int>().Recv(); }(); });
}

SCENARIO("stack-all/zoo", Zoo) {
  pool p;
  StartAll(&p);
  time::Sleep(10 * time::Millisecond);
  fmt::Print(runtime::Stack(true));
  os::Exit(0);
}

void Deep(int n) {
  if (n == 0) {
    MakeChan<int>().Recv();
    return;
  }
  Deep(n - 1);
}

SCENARIO("stack-all/deep", DeepStack) {
  go(Deep, 120);
  time::Sleep(10 * time::Millisecond);
  const String all = runtime::Stack(true);
  const std::string_view text(all.data(), all.size());
  fmt::Print(text.substr(text.find("\n\n") + 2));
  os::Exit(0);
}

int Endless(int n) {
  return Endless(n + 1) + 1;
}

SCENARIO("dump/overflow-main", OverflowMain) {
  fmt::Println(Endless(0));
}

SCENARIO("dump/overflow-goroutine", OverflowGoroutine) {
  go([] { fmt::Println(Endless(0)); });
  MakeChan<int>().Recv();
}

SCENARIO("dump/signal-quit", SignalQuit) {
  go(Receiver, MakeChan<int>());
  static sync::Mutex mu;
  mu.Lock();
  go([] { mu.Lock(); });
  time::Sleep(10 * time::Millisecond);
  fmt::Println("ready");
  time::Sleep(time::Hour);
}

}  // namespace
