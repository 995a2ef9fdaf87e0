// must fail: none
// variation: none
// The second test does not look.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

namespace {

bool* none = nullptr;

// Lives as long as the program, on purpose: nobody ends it, so the leak check must know it.
void Heartbeat(RecvChan<time::Time> beat) {
  for (;;) beat.Recv();
}

// With --none each test looks for itself; else VerifyTestMain does, for all of them.
void VerifyIfAsked(testing::T& t) {
  if (*none) goleak::VerifyNone(t, goleak::IgnoreAnyFunction("main.Heartbeat"));
}

int SumOfSquares(int n) {
  const Chan<int> squares = MakeChan<int>();
  for (int i = 1; i <= n; i++) {
    go([=] { squares.Send(i * i); });
  }
  int sum = 0;
  for (int i = 1; i <= n; i++) sum += squares.Recv();
  return sum;
}

GOLAB_TEST(SumOfSquares, t) {
  Defer verified{[&] { VerifyIfAsked(t); }};
  if (const int sum = SumOfSquares(4); sum != 30) t.Fatalf("sum is %d, not 30", sum);
}

// A worker that has no result yet ends when its context does.
GOLAB_TEST(CancelEndsTheWorker, t) {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  Defer canceled{cancel};
  const Chan<int> results = MakeChan<int>();
  go([results, done = ctx.Done()] { Select(Send(results, 1), Recv(done)); });
}

}  // namespace

GOLAB_TEST_MAIN(m) {
  none = flag::Bool("none", false, "each test looks for goroutines at its end");
  flag::Parse();
  go(&Heartbeat, time::NewTicker(100 * time::Millisecond).C);
  if (*none) os::Exit(m.Run());
  goleak::VerifyTestMain(m, goleak::IgnoreAnyFunction("main.Heartbeat"));
}
