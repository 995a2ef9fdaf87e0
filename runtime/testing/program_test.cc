// Tests that pass, fail and crash: run by testing_test.cc, which compares with golden/golden.txt. Lines
// stand where those of golden/program_test.go stand, because log lines say where.
// clang-format off
#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {




void check(testing::T& t, int n) {
  t.Helper();
  if (n != 1) { t.Errorf("n is %d", n); }
}

GOLAB_TEST(Pass, t) {
  fmt::Println("goroutines", runtime::NumGoroutine());
  t.Log("logged", 1, "two");
}

GOLAB_TEST(Fail, t) {
  t.Cleanup([=] { t.Log("cleanup 1"); });
  t.Cleanup([=] { t.Log("cleanup 2"); });
  t.Errorf("first %d\nsecond line", 1);
  t.Error("a", 2, 3, "b");
  t.Fatalf("leak: before=%d after=%d", 2, 3);
  fmt::Println("not reached");
}

GOLAB_TEST(FailQuietly, t) {
  t.Fail();
  fmt::Println("goes on", t.Failed(), t.Skipped(), t.Name());
  t.FailNow();
}

GOLAB_TEST(Skip, t) {
  t.Skip("not today");
}

GOLAB_TEST(SkipEmpty, t) {
  t.Skip();
}

GOLAB_TEST(Skipf, t) {
  t.Skipf("not %s", "tomorrow");
}

GOLAB_TEST(Sub, t) {
  t.Run("one two", [](testing::T& t) {
    t.Run("deep", [](testing::T& t) { t.Log("deep log"); });
    t.Log("in sub", t.Name());
  });
  t.Run("one two", [](testing::T& t) {
    t.Fatal("bad");
  });
  t.Run("", [](testing::T& t) { t.SkipNow(); });
  t.Log("after");
  check(t, 2);
  bool ok = t.Run("helped", [](testing::T& inner) { check(inner, 3); });
  t.Log("ok", ok);
  for (int i = 0; i < 3; i++) {
    t.Run("same", [](testing::T&) {});
  }
  t.Run("same#01", [](testing::T&) {});
  t.Run("a\x01""b\tc", [](testing::T&) {});
}

GOLAB_TEST(ParentFails, t) {
  t.Run("sub", [=](testing::T&) { t.Log("of the parent"); t.Fail(); });
  t.Log("then");
}

GOLAB_TEST(Quiet, t) {
}

GOLAB_TEST(CleanupFails, t) {
  t.Cleanup([=] { t.Fatal("in cleanup"); });
  t.Cleanup([=] { t.Log("other"); });
}

GOLAB_TEST(LogAfterSub, t) {
  auto late = MakeChan<int>();
  t.Run("sub", [=](testing::T& inner) { go([=] { late.Recv(); inner.Log("late"); late.Send(1); }); });
  late.Send(1);
  late.Recv();
  t.Error("to see it");
}

GOLAB_TEST(FatalOnAnotherGoroutine, t) {
  auto done = MakeChan<int>();
  go([=] { Defer d{[=] { done.Close(); }}; t.Fatal("ends that goroutine"); });
  done.Recv();
  t.Log("the test goes on");
}

GOLAB_TEST(Panics, t) { panic("boom"); }

GOLAB_TEST(PanicsInSub, t) { t.Run("sub", [](testing::T&) { panic(errors::New("deep")); }); }

GOLAB_TEST(PanicsInCleanup, t) { t.Cleanup([] { panic("in cleanup"); }); }

GOLAB_TEST(PanicsTwice, t) { t.Cleanup([] { panic("second"); }); panic("first"); }

GOLAB_TEST(Goexits, t) { runtime::Goexit(); }

GOLAB_TEST(PanicsElsewhere, t) { go([] { panic("elsewhere"); }); time::Sleep(time::Second); }

GOLAB_TEST(Deadlock, t) { t.Run("sub", [](testing::T&) { MakeChan<int>().Recv(); }); }

GOLAB_TEST(RunInCleanup, t) {
  t.Cleanup([=] { t.Run("sub", [](testing::T&) {}); });
}

GOLAB_TEST(ParentFailNow, t) {
  t.Run("sub", [=](testing::T&) { t.FailNow(); });
  t.Log("never");
}

GOLAB_TEST(Hangs, t) {
  t.Run("sub", [](testing::T&) { time::Sleep(time::Hour); });
}

}  // namespace
