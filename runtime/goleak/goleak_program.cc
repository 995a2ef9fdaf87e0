// Tests that leave goroutines behind or do not, and what goleak is told; run by goleak_test.cc.

#include "golab/golab.h"

using namespace golab;

namespace {

String* mode = nullptr;

void Wait(Chan<int> c) {
  c.Recv();
}

void Poll(Chan<int> c) {
  Wait(c);
}

void StartPoll() {
  go(&Poll, MakeChan<int>());
}

GOLAB_TEST(Clean, t) {
  const Chan<int> c = MakeChan<int>();
  go([=] { c.Send(1); });
  c.Recv();
}

GOLAB_TEST(IntentionalLeak, t) {
  const Chan<int> c = MakeChan<int>();
  go([=] { c.Recv(); });
}

GOLAB_TEST(TwoLeaks, t) {
  StartPoll();
  go([] { Select(); });
  time::Sleep(time::Millisecond);
}

GOLAB_TEST(EndsLate, t) {
  go([] { time::Sleep(300 * time::Millisecond); });
}

GOLAB_TEST(EndsTooLate, t) {
  go([] { time::Sleep(2 * time::Second); });
}

GOLAB_TEST(Fails, t) {
  StartPoll();
  t.Error("for another reason");
}

GOLAB_TEST(VerifiesItself, t) {
  Defer verified{[&] { goleak::VerifyNone(t); }};
  go([] { Select(); });
}

GOLAB_TEST(VerifiesItselfAfterFatal, t) {
  Defer verified{[&] { goleak::VerifyNone(t); }};
  go([] { Select(); });
  t.Fatal("fatal");
}

GOLAB_TEST(VerifiesInCleanup, t) {
  t.Cleanup([t] { goleak::VerifyNone(t, goleak::Cleanup([](int code) { fmt::Println(code); })); });
}

GOLAB_TEST(CurrentOnesAreIgnored, t) {
  StartPoll();
  const goleak::Option current = goleak::IgnoreCurrent();
  fmt::Println(goleak::Find(current) == nullptr);
  go([] { Select(); });
  fmt::Println(goleak::Find(current) == nullptr);
}

GOLAB_TEST(Signals, t) {
  const auto c = MakeChan<os::Signal>(1);
  signal::Notify(c, os::Interrupt);
  signal::Stop(c);
  fmt::Println(goleak::Find() == nullptr);
}

GOLAB_TEST(Misuse, t) {
  fmt::Println(goleak::Find(goleak::Cleanup([](int) {})));
  fmt::Println(goleak::Find(goleak::RunOnFailure()));
  goleak::VerifyNone(t, goleak::RunOnFailure());
}

}  // namespace

GOLAB_TEST_MAIN(m) {
  mode = flag::String("mode", "", "what goleak is told");
  flag::Parse();
  goleak::Option option;
  if (*mode == "top") option = goleak::IgnoreTopFunction("main.Wait");
  if (*mode == "not-top") option = goleak::IgnoreTopFunction("main.Poll");
  if (*mode == "any") option = goleak::IgnoreAnyFunction("main.Poll");
  if (*mode == "created") option = goleak::IgnoreCreatedBy("main.StartPoll");
  if (*mode == "failure") option = goleak::RunOnFailure();
  if (*mode == "current") {
    StartPoll();
    option = goleak::IgnoreCurrent();
  }
  goleak::Option cleanup;
  if (*mode == "cleanup") {
    cleanup = goleak::Cleanup([](int code) {
      fmt::Println("cleanup", code);
      os::Exit(code + 5);
    });
  }
  goleak::VerifyTestMain(m, option, cleanup);
}
