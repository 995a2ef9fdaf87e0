// Scenarios of panic-*.txt and goexit.txt.

#include <stdexcept>
#include <vector>

#include "golab/golab.h"

#include "runtime/tests/golden_scenario.h"

using namespace golab;

// Types are named as in Go's program; in no namespace, so that they print as main.S.
struct S {
  int A = 0;
  int B = 0;
};

struct Str {
  int n = 0;

  String Text() const { return fmt::Sprint("Str#", n); }
};
enum class MyInt { kAnswer = 42 };

struct PtrErr {
  String Text() const { return "ptr err"; }
};

struct BadErr {
  String Text() const { panic("from Error"); }
};

namespace {

// Values that the compiler does not see through.
volatile int five = 5;
volatile int zero = 0;
S* volatile nil_s = nullptr;
void (*volatile nil_function)() = nullptr;

SCENARIO("panic-values/string", PanicString) {
  panic("boom");
}

SCENARIO("panic-values/error", PanicError) {
  panic(errors::New("boom"));
}

SCENARIO("panic-values/wrapped-error", PanicWrapped) {
  panic(fmt::Errorf("outer: %w", errors::New("inner")));
}

SCENARIO("panic-values/stringer", PanicStringer) {
  panic(Str{7});
}

SCENARIO("panic-values/int", PanicInt) {
  panic(42);
}

SCENARIO("panic-values/float", PanicFloat) {
  panic(1.5);
}

SCENARIO("panic-values/bool", PanicBool) {
  panic(true);
}

SCENARIO("panic-values/custom-int", PanicMyInt) {
  panic(MyInt::kAnswer);
}

SCENARIO("panic-values/struct", PanicStruct) {
  panic(S{1, 2});
}

SCENARIO("panic-values/pointer", PanicPointer) {
  static S s{1, 2};
  panic(&s);
}

SCENARIO("panic-values/slice", PanicSlice) {
  panic(std::vector<int>{1});
}

SCENARIO("panic-values/multiline", PanicMultiline) {
  panic("line1\nline2");
}

SCENARIO("panic-values/nil", PanicNil) {
  panic(nullptr);
}

SCENARIO("panic-values/error-panics", PanicBadError) {
  panic(BadErr{});
}

SCENARIO("panic-runtime-errors/index", Index) {
  Slice<int> arr{1, 2, 3};
  five = arr[five];
}

SCENARIO("panic-runtime-errors/nil-deref", NilDeref) {
  nil_s->A = 1;
}

SCENARIO("panic-runtime-errors/nil-func", NilFunc) {
  nil_function();
}

SCENARIO("panic-runtime-errors/divide", Divide) {
  five = five / zero;
}

SCENARIO("panic-runtime-errors/makechan", Makechan) {
  MakeChan<int>(five - 6);
}

SCENARIO("panic-runtime-errors/wrapped-runtime-error", WrappedRuntimeError) {
  WithDefers([](Defers& defer) {
    defer([] {
      Recovered r = recover();
      panic(fmt::Errorf("wrap: %w", *r.As<Error>()));
    });
    Slice<int> arr{1, 2, 3};
    five = arr[five];
  });
}

SCENARIO("panic-nested/in-defer", InDefer) {
  WithDefers([](Defers& defer) {
    defer([] { panic("second"); });
    panic("first");
  });
}

SCENARIO("panic-nested/in-defer-3", InDefer3) {
  WithDefers([](Defers& defer) {
    defer([] { panic("third"); });
    defer([] { panic("second"); });
    panic("first");
  });
}

SCENARIO("panic-nested/repanic-same", RepanicSame) {
  WithDefers([](Defers& defer) {
    defer([] {
      Recovered r = recover();
      panic(r.Value());
    });
    panic("x");
  });
}

SCENARIO("panic-nested/repanic-new", RepanicNew) {
  WithDefers([](Defers& defer) {
    defer([] {
      Recovered r = recover();
      panic(fmt::Sprint("wrapped ", r.Value()));
    });
    panic("x");
  });
}

SCENARIO("panic-nested/repanic-err-same", RepanicErrSame) {
  WithDefers([](Defers& defer) {
    defer([] {
      Recovered r = recover();
      panic(r.Value());
    });
    panic(errors::New("e"));
  });
}

SCENARIO("panic-nested/after-recover", AfterRecover) {
  WithDefers([](Defers& defer) {
    defer([] { fmt::Println("recovered", recover().Value()); });
    panic("first");
  });
  panic("second");
}

SCENARIO("panic-nested/recover-in-defer-of-defer", RecoverInDeferOfDefer) {
  WithDefers([](Defers& defer) {
    defer([] {
      WithDefers([](Defers& inner) {
        inner([] { fmt::Println("inner recover:", recover().Value()); });
        panic("second");
      });
    });
    panic("first");
  });
}

SCENARIO("panic-nested/nested-both-recovered", NestedBothRecovered) {
  WithDefers([](Defers& defer) {
    defer([] { fmt::Println("outer recover:", recover().Value()); });
    defer([] {
      WithDefers([](Defers& inner) {
        inner([] { fmt::Println("inner recover:", recover().Value()); });
        panic("second");
      });
    });
    panic("first");
  });
}

SCENARIO("panic-nested/replaced-recovered", ReplacedRecovered) {
  WithDefers([](Defers& defer) {
    defer([] {
      fmt::Println("outer recover:", recover().Value());
      fmt::Println("again:", recover().Value());
    });
    defer([] { panic("second"); });
    panic("first");
  });
}

void Helper() {
  fmt::Println("helper recover:", recover().Value());
}

SCENARIO("panic-recover-rules/recover-helper", RecoverHelper) {
  WithDefers([](Defers& defer) {
    defer([] { Helper(); });
    panic("x");
  });
}

SCENARIO("panic-recover-rules/recover-direct-helper", RecoverDirectHelper) {
  WithDefers([](Defers& defer) {
    defer(&Helper);
    panic("x");
  });
}

SCENARIO("panic-recover-rules/defer-recover", DeferRecover) {
  WithDefers([](Defers& defer) {
    defer(&recover);
    panic("x");
  });
}

SCENARIO("panic-recover-rules/nil-recovered", NilRecovered) {
  WithDefers([](Defers& defer) {
    defer([] {
      Recovered r = recover();
      fmt::Printf("%T %v\n", r.Value(), r.Value());
      const bool is_error = r.As<Error>() != nullptr;
      fmt::Println(is_error, is_error);
    });
    panic(nullptr);
  });
}

SCENARIO("panic-recover-rules/fatal-while-defer-runs", ReportAfterDefers) {
  WithDefers([](Defers& defer) {
    defer([] { fmt::Println("deferred in main runs first"); });
    panic("then the report");
  });
}

SCENARIO("panic-recover-rules/exit-in-defer", ExitInDefer) {
  WithDefers([](Defers& defer) {
    defer([] { os::Exit(3); });
    panic("hidden");
  });
}

SCENARIO("panic-recover-rules/exit-skips-defers", ExitSkipsDefers) {
  Defer d{[] { fmt::Println("never printed"); }};
  os::Exit(5);
}

void PanickingWorker(int id) {
  panic(fmt::Sprint("worker ", id));
}

SCENARIO("panic-goroutine/goroutine", InGoroutine) {
  go([] { panic("in goroutine"); });
  time::Sleep(time::Second);
}

SCENARIO("panic-goroutine/goroutine-named", InNamedGoroutine) {
  go(PanickingWorker, 3);
  time::Sleep(time::Second);
}

SCENARIO("panic-goroutine/others-blocked", OthersBlocked) {
  go([] { Select(); });
  time::Sleep(10 * time::Millisecond);
  panic("only mine is shown");
}

SCENARIO("panic-goexit/during-goexit", DuringGoexit) {
  Chan<bool> done = MakeChan<bool>();
  go([=] {
    WithDefers([=](Defers& defer) {
      defer([=] { done.Close(); });
      defer([] { panic("in defer during Goexit"); });
      runtime::Goexit();
    });
  });
  done.Recv();
  time::Sleep(time::Second);
}

SCENARIO("panic-goexit/goexit-during-panic", GoexitDuringPanic) {
  Chan<bool> done = MakeChan<bool>();
  go([=] {
    WithDefers([=](Defers& defer) {
      defer([=] { done.Close(); });
      defer([] { fmt::Println("outer defer"); });
      defer(&runtime::Goexit);
      panic("swallowed");
    });
  });
  done.Recv();
  time::Sleep(20 * time::Millisecond);
  fmt::Println("process lives, goroutines:", runtime::NumGoroutine());
}

SCENARIO("panic-goexit/goexit-during-panic-recover", GoexitDuringPanicRecover) {
  Chan<bool> done = MakeChan<bool>();
  go([=] {
    WithDefers([=](Defers& defer) {
      defer([=] { done.Close(); });
      defer([] { fmt::Println("recover after Goexit:", recover().Value()); });
      defer(&runtime::Goexit);
      panic("swallowed");
    });
  });
  done.Recv();
  fmt::Println("alive");
}

SCENARIO("panic-goexit/goexit-recover-nil", GoexitRecoverNil) {
  Chan<bool> done = MakeChan<bool>();
  go([=] {
    WithDefers([=](Defers& defer) {
      defer([=] { done.Close(); });
      defer([] { fmt::Println("recover during Goexit:", recover().Value()); });
      runtime::Goexit();
    });
  });
  done.Recv();
  fmt::Println("alive");
}

SCENARIO("panic-goexit/goexit-panic-recovered", GoexitPanicRecovered) {
  Chan<bool> done = MakeChan<bool>();
  go([=] {
    Defer d{[=] { done.Close(); }};
    WithDefers([](Defers& frame1) {
      frame1([] { fmt::Println("frame1 defer"); });
      WithDefers([](Defers& frame2) {
        frame2([] { fmt::Println("recovered:", recover().Value()); });
        frame2([] { panic("p during Goexit"); });
        runtime::Goexit();
      });
      fmt::Println("NOT printed: Goexit goes on after the recovery");
    });
    fmt::Println("NOT printed either");
  });
  done.Recv();
  fmt::Println("alive");
}

SCENARIO("panic-goexit/main-goexit-panic", MainGoexitPanic) {
  WithDefers([](Defers& defer) {
    defer([] { panic("in main's defer during Goexit"); });
    runtime::Goexit();
  });
}

enum class Ending { kGoexit, kPanicRecovered, kPanicNotRecovered };

void Level3(Ending ending) {
  Defer d{[] { fmt::Println("level3 defer"); }};
  if (ending == Ending::kGoexit) runtime::Goexit();
  panic("x");
}

void Level2(Ending ending) {
  Defer d{[] { fmt::Println("level2 defer"); }};
  Level3(ending);
  fmt::Println("never");
}

void Level1(sync::WaitGroup* wg, Ending ending) {
  WithDefers([&](Defers& defer) {
    defer([=] { wg->Done(); });
    defer([] { fmt::Println("level1 defer"); });
    if (ending == Ending::kPanicRecovered) {
      defer([] { fmt::Println("level1 recovered:", recover().Value()); });
    }
    Level2(ending);
    recover();
  });
}

void ThreeLevels(Ending ending) {
  sync::WaitGroup wg;
  wg.Add(1);
  go(Level1, &wg, ending);
  wg.Wait();
  if (ending == Ending::kPanicRecovered) fmt::Println("main: after wait");
}

SCENARIO("goexit/goexit", LevelsGoexit) {
  ThreeLevels(Ending::kGoexit);
}

SCENARIO("goexit/recovered", LevelsRecovered) {
  ThreeLevels(Ending::kPanicRecovered);
}

SCENARIO("goexit/recover-not-deferred", LevelsNotRecovered) {
  ThreeLevels(Ending::kPanicNotRecovered);
}

}  // namespace
