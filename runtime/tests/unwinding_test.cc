// How C++ and Go's ways of leaving a function meet: Goexit and panics through everything that C++
// has on a stack, and exceptions on goroutines that switch.

#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

using tests::ExpectEnd;

std::string Str(const String& s) {
  return {s.data(), s.size()};
}

// Runs f on a goroutine of its own to its end; false if f returned, true if it was left otherwise.
bool Leaves(const std::function<void()>& f) {
  sync::WaitGroup wg;
  bool returned = false;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    f();
    returned = true;
  });
  wg.Wait();
  return !returned;
}

// The text of the panic that ends f, "" if none.
std::string PanicOf(const std::function<void()>& f) {
  std::string text;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) text = Str(p.Text());
    });
    f();
  });
  return text;
}

struct Counter {
  int* n;

  ~Counter() { ++*n; }
};

// ---- Goexit

GO_TEST(Goexit, RunsDestructorsOfEveryFrame) {
  int n = 0;
  EXPECT_TRUE(Leaves([&] {
    Counter a{&n};
    std::function<void(int)> deep = [&](int depth) {
      Counter c{&n};
      if (depth == 0) runtime::Goexit();
      deep(depth - 1);
    };
    deep(9);
  }));
  EXPECT_EQ(n, 11);
}

GO_TEST(Goexit, CannotBeCaught) {
  std::string log;
  EXPECT_TRUE(Leaves([&] {
    for (int i = 0; i < 3; ++i) {
      try {
        try {
          runtime::Goexit();
        } catch (const std::exception&) {
          log += "typed ";
        }
      } catch (...) {
        log += "all ";
        continue;
      }
    }
    log += "after ";
  }));
  EXPECT_EQ(log, "all ");
}

GO_TEST(Goexit, IsReplacedByAnExceptionOfTheHandlerUntilThatIsHandled) {
  std::string log;
  EXPECT_TRUE(Leaves([&] {
    WithDefers([&](Defers& defer) {
      defer([&] {
        if (auto p = recover()) log += Str(p.Text());
      });
      try {
        runtime::Goexit();
      } catch (...) {
        throw std::runtime_error("instead");
      }
    });
    log += " returned";
    runtime::Goexit();
  }));
  EXPECT_EQ(log, "std::runtime_error: instead returned");
}

GO_TEST(Goexit, PassesThroughTheStandardLibrary) {
  struct Buffer : std::streambuf {
    int overflow(int) override { runtime::Goexit(); }
  };

  const std::pair<const char*, std::function<void()>> cases[] = {
      {"iostream",
       [] {
         Buffer buffer;
         std::ostream out(&buffer);
         out << "x";
       }},
      {"sort",
       [] {
         std::vector<int> v{3, 1, 2};
         std::sort(v.begin(), v.end(), [](int, int) -> bool { runtime::Goexit(); });
       }},
      {"call_once",
       [] {
         std::once_flag once;
         std::call_once(once, [] { runtime::Goexit(); });
       }},
      {"function", [] { std::function<void()>([] { runtime::Goexit(); })(); }},
      {"in a handler",
       [] {
         try {
           throw 1;
         } catch (int) {
           runtime::Goexit();
         }
       }},
  };
  for (const auto& [name, run] : cases) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(Leaves(run));
  }
}

int InitialisedLate() {
  static int attempts = 0;
  static const int value = [] {
    if (++attempts == 1) runtime::Goexit();
    return attempts;
  }();
  return value;
}

GO_TEST(Goexit, LeavesAStaticVariableToTheNext) {
  EXPECT_TRUE(Leaves([] { InitialisedLate(); }));
  EXPECT_EQ(InitialisedLate(), 2);
}

GO_TEST(Goexit, FromAGuardAndFromAnInnerFrame) {
  std::string log;
  EXPECT_TRUE(Leaves([&] {
    Defer a{[&] { log += "a "; }};
    {
      Defer b{[] { runtime::Goexit(); }};
    }
    log += "after ";
  }));
  EXPECT_TRUE(Leaves([&] {
    try {
      throw 1;
    } catch (int) {
      WithDefers([&](Defers& defer) {
        defer([&] { log += "in-catch "; });
        runtime::Goexit();
      });
    }
    log += "after ";
  }));
  EXPECT_EQ(log, "a in-catch ");
}

TEST(Goexit, OutOfANoexceptFunctionIsFatal) {
  ExpectEnd([] { []() noexcept { runtime::Goexit(); }(); }, 2, "",
            "fatal error: runtime.Goexit left a noexcept function (or a destructor)\n");
}

// ---- panics and C++ exceptions

GO_TEST(Panic, OfAnExceptionIsRecoveredWithTypeAndText) {
  EXPECT_EQ(PanicOf([] { throw std::out_of_range("at"); }), "std::out_of_range: at");
  EXPECT_EQ(PanicOf([] { (void)std::vector<int>().at(1); }).substr(0, 20), "std::out_of_range: v");
  EXPECT_EQ(PanicOf([] { throw 7; }), "int");
}

GO_TEST(Panic, AnExceptionThatNobodyRecoversKeepsItsType) {
  bool caught = false;
  try {
    WithDefers([](Defers& defer) {
      defer([] {});
      throw std::out_of_range("x");
    });
  } catch (const std::out_of_range&) {
    caught = true;
  }
  EXPECT_TRUE(caught);
}

TEST(Panic, OfAnExceptionThatNobodyHandlesReportsWhereItWasThrown) {
  ExpectEnd([] { throw std::runtime_error("lost"); }, 2, "",
            "panic: std::runtime_error: lost\n\ngoroutine 1 [running]:\n");
}

GO_TEST(Panic, OfAGuardDuringAPanicReplacesIt) {
  EXPECT_EQ(PanicOf([] {
              Defer d{[] { panic("B"); }};
              panic("A");
            }),
            "B");
}

TEST(Panic, OfAGuardDuringAPanicReportsBoth) {
  ExpectEnd(
      [] {
        Defer d{[] { panic("B"); }};
        panic("A");
      },
      2, "", "panic: A\n\tpanic: B\n\n");
}

GO_TEST(Panic, GoexitOfAGuardSwallowsIt) {
  EXPECT_TRUE(Leaves([] {
    Defer d{[] { runtime::Goexit(); }};
    panic("A");
  }));
}

GO_TEST(Panic, OfAGuardDuringGoexitRecoveredOutsideGoesOnAsGoexit) {
  std::string log;
  EXPECT_TRUE(Leaves([&] {
    WithDefers([&](Defers& defer) {
      defer([&] {
        if (auto p = recover()) log += Str(p.Text());
      });
      Defer d{[] { panic("B"); }};
      runtime::Goexit();
    });
    log += " resumed";
  }));
  EXPECT_EQ(log, "B");
}

GO_TEST(Panic, DuringGoexitRecoveredByAnOuterFrameGoesOnAsGoexit) {
  std::string log;
  const auto panics_in_goexit = [] {
    WithDefers([](Defers& inner) {
      inner([] { panic("p"); });
      runtime::Goexit();
    });
  };
  EXPECT_TRUE(Leaves([&] {
    WithDefers([&](Defers& outer) {
      outer([&] { log += Str(recover().Text()); });
      panics_in_goexit();
    });
    log += " resumed";
  }));
  EXPECT_TRUE(Leaves([&] {
    WithDefers([&](Defers& outer) {
      outer([&] { log += Str(recover().Text()); });
      outer(panics_in_goexit);
    });
    log += " resumed";
  }));
  EXPECT_EQ(log, "pp");
}

GO_TEST(Panic, InAHandlerOfTheProgramMayBeCaughtAsAnException) {
  std::string log;
  try {
    try {
      throw std::runtime_error("first");
    } catch (const std::exception&) {
      WithDefers([&](Defers& defer) {
        defer([&] { log += Str(recover().Text()); });
        panic("second");
      });
      throw;
    }
  } catch (const std::exception& e) {
    log += std::string(" ") + e.what();
  }
  EXPECT_EQ(log, "second first");
}

GO_TEST(Panic, PassesDestructorsThatDeferThemselves) {
  std::string log;

  struct Deferring {
    std::string* log;

    ~Deferring() {
      WithDefers([this](Defers& defer) { defer([this] { *log += recover() ? "own " : "nil "; }); });
      WithDefers([this](Defers& defer) {
        defer([this] { *log += Str(recover().Text()) + " "; });
        panic("inner");
      });
    }
  };

  EXPECT_EQ(PanicOf([&] {
              Deferring d{&log};
              panic("outer");
            }),
            "outer");
  EXPECT_EQ(log, "nil inner ");
}

GO_TEST(Panic, StackOfARecoveredOneBeginsWhereItPanicked) {
  std::string stack;
  WithDefers([&](Defers& defer) {
    defer([&] { stack = Str(recover().Stack()); });
    [] { panic("x"); }();
  });
  EXPECT_EQ(stack.substr(0, 23), "goroutine 1 [running]:\n");
}

volatile int zero = 0;

GO_TEST(Panic, OfAFaultRunsTheGuardsOfItsOwnFunction) {
  if (GOLAB_ASAN) GTEST_SKIP() << "the sanitizer reports faults itself";
  std::string log;
  EXPECT_EQ(PanicOf([&] {
              Defer d{[&] { log += "guard"; }};
              zero = 1 / zero;
            }),
            "runtime error: integer divide by zero");
  EXPECT_EQ(log, "guard");
}

// ---- exceptions and switches

GO_TEST_REAL(Switches, ExceptionsStayWithTheirGoroutine) {
  constexpr int kGoroutines = 8;
  constexpr int kRounds = 500;

  struct Yielding {
    ~Yielding() { runtime::Gosched(); }
  };

  int wrong = 0;
  sync::WaitGroup wg;
  for (int id = 0; id < kGoroutines; ++id) {
    wg.Add(1);
    go([&, id] {
      for (int round = 0; round < kRounds; ++round) {
        const int mine = id * kRounds + round;
        try {
          try {
            Yielding y;  // switches during the unwinding
            throw mine;
          } catch (int caught) {
            runtime::Gosched();  // switches inside the handler
            if (caught != mine || std::uncaught_exceptions() != 0) ++wrong;
            try {
              throw std::to_string(mine);
            } catch (const std::string& inner) {
              runtime::Gosched();
              if (inner != std::to_string(mine)) ++wrong;
            }
            throw;
          }
        } catch (int again) {
          runtime::Gosched();
          if (again != mine) ++wrong;
        }
        if (std::current_exception() != nullptr) ++wrong;
      }
      wg.Done();
    });
  }
  wg.Wait();
  EXPECT_EQ(wrong, 0);
}

GO_TEST_REAL(Switches, TenThousandGoroutinesThrowAndCatch) {
  constexpr int kGoroutines = 10000;
  atomic::Int64 caught;
  sync::WaitGroup wg;
  Chan<bool> start = MakeChan<bool>();
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    go([&, i] {
      Defer done{[&] { wg.Done(); }};
      try {
        throw i;
      } catch (int mine) {
        start.Recv();  // all are inside their handlers at once
        if (mine == i) caught.Add(1);
      }
    });
  }
  runtime::Gosched();
  start.Close();
  wg.Wait();
  EXPECT_EQ(caught.Load(), kGoroutines);
  while (runtime::NumGoroutine() > 1) runtime::Gosched();  // Done comes before the end
}

GO_TEST_REAL(Switches, TenThousandGoroutinesPanicAndGoexit) {
  constexpr int kGoroutines = 10000;
  atomic::Int64 recovered;
  sync::WaitGroup wg;
  for (int i = 0; i < kGoroutines; ++i) {
    wg.Add(1);
    go([&, i] {
      Defer done{[&] { wg.Done(); }};
      WithDefers([&](Defers& defer) {
        defer([&] {
          runtime::Gosched();
          if (recover()) recovered.Add(1);
        });
        if (i % 2 == 0) runtime::Goexit();
        panic(i);
      });
    });
  }
  wg.Wait();
  EXPECT_EQ(recovered.Load(), kGoroutines / 2);
}

}  // namespace
}  // namespace golab
