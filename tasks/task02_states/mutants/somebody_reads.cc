// must fail: chan-send
// The send finds its receiver.
#include <golab/golab.h>

using namespace golab;

// Nothing calls, nothing waits: only preemption takes the processor away. Without a side effect C++
// may take an endless loop for granted, so the counter is volatile.
[[noreturn]] void Busy() {
  volatile unsigned long turns = 0;
  for (;;) turns = turns + 1;
}

void Sleeper() {
  time::Sleep(time::Hour);
}

void Receiver(RecvChan<int> in) {
  in.Recv();  // nobody sends
}

void Sender(SendChan<int> out) {
  out.Send(1);  // nobody receives, and there is no room
}

void Locker(sync::Mutex* mu) {
  mu->Lock();  // main holds it
}

// The variation: the other reasons to wait.
void SelectTwo(RecvChan<int> a, RecvChan<int> b) {
  Select(Recv(a), Recv(b));
}

void SelectNone() {
  Select();
}

void NilReceiver() {
  Chan<int>{}.Recv();
}

void Waiter(sync::WaitGroup* wg) {
  wg->Wait();
}

void CondWaiter(sync::Cond* cond) {
  cond->L.Lock();
  cond->Wait();
}

void Reader(sync::RWMutex* rw) {
  rw->RLock();
}

GOLAB_MAIN() {
  const bool* more = flag::Bool("more", false, "the other wait reasons as well");
  flag::Parse();

  go(Busy);
  go(Sleeper);
  go(Receiver, MakeChan<int>());
  const auto taken = MakeChan<int>();
  go(Sender, taken);
  go([taken] { taken.Recv(); });

  // What goroutines share lives as long as they might look at it: these wait for ever, so it is
  // static here, not a variable of main that ends with it.
  static sync::Mutex mu;
  mu.Lock();
  go(Locker, &mu);

  if (*more) {
    static sync::WaitGroup wg;
    static sync::Mutex cond_mu;
    static sync::Cond cond = sync::NewCond(&cond_mu);
    static sync::RWMutex rw;
    go(SelectTwo, MakeChan<int>(), MakeChan<int>());
    go(SelectNone);
    go(NilReceiver);
    wg.Add(1);
    go(Waiter, &wg);
    go(CondWaiter, &cond);
    rw.Lock();
    go(Reader, &rw);
  }

  time::Sleep(100 * time::Millisecond);  // settle: each of them runs, and comes to its wait
  fmt::Print(runtime::Stack(true));      // true: all goroutines, not only the caller
}
