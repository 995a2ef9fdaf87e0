// The collector as programs see it: Go's documented behaviours of GC, finalizers, cleanups, weak
// pointers and memory statistics; the points of section 4.11 of Go's semantics are named.

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"
#include "golab/weak.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

using tests::ExpectEnd;

struct Node {
  explicit Node(int with) : value(with) {}

  int value;
  gc::Ptr<Node> next;
};

/// What finalizers and cleanups have said, separated by blanks.
class Log {
 public:
  void Add(const std::string& what) {
    mu_.Lock();
    Defer unlock{[&] { mu_.Unlock(); }};
    text_ += (text_.empty() ? "" : " ") + what;
  }

  /// When all that was queued has run. In the virtual world nothing else lets the clock move.
  std::string Text() {
    time::Sleep(time::Millisecond);
    mu_.Lock();
    Defer unlock{[&] { mu_.Unlock(); }};
    return text_;
  }

 private:
  sync::Mutex mu_;
  std::string text_;
};

void SayAtEnd(Log& log, const gc::Ptr<Node>& node) {
  runtime::SetFinalizer(node, [&log](gc::Ptr<Node> n) { log.Add("f" + std::to_string(n->value)); });
}

runtime::MemStats Stats() {
  runtime::MemStats stats;
  runtime::ReadMemStats(&stats);
  return stats;
}

std::uint64_t Objects() {
  return Stats().HeapObjects;
}

// ---- liveness

GO_TEST(Gc, KeepsWhatVariablesReferTo) {
  gc::Ptr<Node> a = gc::New<Node>(1);
  gc::Ptr<Node> b = a;
  a = nullptr;
  runtime::GC();
  EXPECT_EQ(b->value, 1);
  EXPECT_EQ(Objects(), 1u);
  b = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Gc, AScopeEndsAReference) {
  { gc::Ptr<Node> a = gc::New<Node>(1); }
  gc::New<Node>(2);
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Gc, FollowsReferencesInsideObjects) {
  gc::Ptr<Node> head = gc::New<Node>(0);
  gc::Ptr<Node> tail = head;
  for (int i = 1; i < 1000; ++i) {
    tail->next = gc::New<Node>(i);
    tail = tail->next;
  }
  tail = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 1000u);
  int sum = 0;
  for (const Node* n = head.Get(); n != nullptr; n = n->next.Get()) sum += n->value;
  EXPECT_EQ(sum, 499'500);
  head = head->next;
  runtime::GC();
  EXPECT_EQ(Objects(), 999u);
}

// What is assigned may lie in the object that the assignment drops.
GO_TEST(Gc, AListIsTakenApartWhileItIsCollected) {
  gc::Ptr<Node> head;
  for (int i = 0; i < 100; ++i) {
    gc::Ptr<Node> node = gc::New<Node>(i);
    node->next = std::move(head);
    head = std::move(node);
  }
  for (int i = 99; head; --i) {
    EXPECT_EQ(head->value, i);
    if (i % 2 == 0) {
      head = head->next;
    } else {
      head = std::move(head->next);
    }
    if (i % 10 == 0) runtime::GC();
  }
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Gc, CollectsCycles) {
  gc::Ptr<Node> a = gc::New<Node>(1);
  a->next = gc::New<Node>(2);
  a->next->next = a;
  runtime::GC();
  EXPECT_EQ(Objects(), 2u);
  a = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

gc::Ptr<Node> global_node;

GO_TEST(Gc, GlobalsAndTheHeapOfCxxAreRoots) {
  global_node = gc::New<Node>(1);
  std::vector<gc::Ptr<Node>> many;
  for (int i = 0; i < 100; ++i) many.push_back(gc::New<Node>(i));
  auto shared = std::make_shared<gc::Ptr<Node>>(gc::New<Node>(7));
  Func<int()> closure = [held = gc::New<Node>(8)] { return held->value; };
  Chan<gc::Ptr<Node>> c = MakeChan<gc::Ptr<Node>>(1);
  c.Send(gc::New<Node>(9));
  runtime::GC();
  EXPECT_EQ(Objects(), 104u);
  EXPECT_EQ(many[99]->value, 99);
  EXPECT_EQ((*shared)->value, 7);
  EXPECT_EQ(closure(), 8);
  EXPECT_EQ(c.Recv()->value, 9);
  many.erase(many.begin(), many.begin() + 50);
  shared = nullptr;
  closure = nullptr;
  global_node = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 50u);
  EXPECT_EQ(many[49]->value, 99);
}

GO_TEST(Gc, PtrIsAValue) {
  gc::Ptr<Node> nil;
  EXPECT_FALSE(nil);
  EXPECT_TRUE(nil == nullptr);
  gc::Ptr<Node> a = gc::New<Node>(1);
  gc::Ptr<Node> moved = std::move(a);
  EXPECT_TRUE(a == nullptr);  // NOLINT(bugprone-use-after-move): it is nil then
  EXPECT_TRUE(moved != nil);
  gc::Ptr<const Node> constant = moved;
  EXPECT_TRUE(constant == moved);
  gc::Ptr<Node>& same = moved;
  moved = same;
  EXPECT_EQ(moved->value, 1);
  std::swap(a, moved);
  EXPECT_EQ(a->value, 1);
  a = nullptr;
  EXPECT_EQ(constant->value, 1);
}

struct Base {
  virtual ~Base() = default;
  int first = 1;
};

struct Other {
  int second = 2;
};

struct Both : Base, Other {};

GO_TEST(Gc, APtrToABaseKeepsTheObject) {
  gc::Ptr<Other> other = gc::New<Both>();
  runtime::GC();
  EXPECT_EQ(Objects(), 1u);
  EXPECT_EQ(other->second, 2);
  other = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

struct alignas(64) Aligned {
  char bytes[100] = {};
  gc::Ptr<Aligned> next;
};

GO_TEST(Gc, KeepsAlignmentAndLargeObjects) {
  struct Large {
    char bytes[100'000] = {};
    gc::Ptr<Node> last;
  };

  gc::Ptr<Aligned> a = gc::New<Aligned>();
  a->next = gc::New<Aligned>();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.Get()) % 64, 0u);
  gc::Ptr<Large> large = gc::New<Large>();
  large->last = gc::New<Node>(1);
  runtime::GC();
  EXPECT_EQ(Objects(), 4u);
  EXPECT_EQ(large->last->value, 1);
}

GO_TEST(Gc, AConstructorThatPanicsLeavesNothing) {
  static bool destroyed = false;

  struct Fails {
    Fails() { panic("no"); }

    ~Fails() { destroyed = true; }

    gc::Ptr<Node> member = gc::New<Node>(1);
  };

  WithDefers([&](Defers& defer) {
    defer([] { EXPECT_TRUE(recover()); });
    gc::New<Fails>();
  });
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
  EXPECT_FALSE(destroyed);
}

GO_TEST(Gc, RunsDestructorsOnceAndWithoutItsOwnPtrs) {
  static int destroyed = 0;
  static int dangling = 0;

  struct Loud {
    ~Loud() {
      ++destroyed;
      if (other) ++dangling;
    }

    gc::Ptr<Loud> other;
    std::string text = std::string(1000, 'x');
  };

  gc::Ptr<Loud> a = gc::New<Loud>();
  a->other = gc::New<Loud>();
  a->other->other = a;
  a = nullptr;
  runtime::GC();
  runtime::GC();
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(dangling, 0);
}

#if !GOLAB_ASAN  // which takes such a fault itself
GO_TEST(Gc, NilPanicsAsGoSays) {
  WithDefers([](Defers& defer) {
    defer([] {
      auto p = recover();
      ASSERT_TRUE(p);
      EXPECT_EQ(p.Text(), "runtime error: invalid memory address or nil pointer dereference");
    });
    gc::Ptr<Node> nil;
    volatile int value = nil->value;
    (void)value;
  });
}
#endif

GO_TEST(Gc, HandlesMoveBetweenGoroutines) {
  Chan<gc::Ptr<Node>> c = MakeChan<gc::Ptr<Node>>();
  go([c] {
    for (int i = 0; i < 100; ++i) c.Send(gc::New<Node>(i));
    c.Close();
  });
  int sum = 0;
  for (gc::Ptr<Node> n : c) {
    runtime::GC();
    EXPECT_EQ(Objects(), 1u + (n->value < 99 ? 1 : 0));  // the sender's next
    sum += n->value;
  }
  EXPECT_EQ(sum, 4950);
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Gc, GoexitAndPanicEndReferences) {
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    gc::Ptr<Node> held = gc::New<Node>(1);
    runtime::Goexit();
  });
  wg.Wait();
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

// ---- parked goroutines

GO_TEST(Gc, ScansParkedGoroutinesWithoutWakingThem) {
  Chan<int> c = MakeChan<int>();
  Chan<int> done = MakeChan<int>();
  for (int i = 0; i < 10; ++i) {
    go([c, done, i] {
      gc::Ptr<Node> held = gc::New<Node>(i);
      c.Recv();
      done.Send(held->value);
    });
  }
  time::Sleep(time::Millisecond);
  runtime::GC();
  runtime::GC();
  EXPECT_EQ(Objects(), 10u);
  int sum = 0;
  c.Close();
  for (int i = 0; i < 10; ++i) sum += done.Recv();
  EXPECT_EQ(sum, 45);
}

GO_TEST(Gc, ACallDuringAnothersCollectionCollectsAgain) {
  sync::WaitGroup wg;
  for (int i = 0; i < 5; ++i) {
    wg.Add(1);
    go([&] {
      runtime::GC();
      wg.Done();
    });
  }
  runtime::GC();
  wg.Wait();
  EXPECT_EQ(Stats().NumGC, 6u);
}

// A goroutine's wait is dated by the collection before the one that finds it waiting.
GO_TEST(Semantics_4_8, MinutesNeedTwoCollections) {
  go([] { Select(); });
  time::Sleep(125 * time::Second);
  const auto dump = [] {
    const String text = runtime::Stack(true);
    return std::string(text.data(), text.size());
  };
  EXPECT_EQ(dump().find("minutes"), std::string::npos);
  runtime::GC();
  EXPECT_EQ(dump().find("minutes"), std::string::npos);
  time::Sleep(125 * time::Second);
  runtime::GC();
  EXPECT_NE(dump().find("[select (no cases), 2 minutes]"), std::string::npos) << dump();
}

// ---- 4.11 finalizers

GO_TEST(Semantics_4_11, ManyFinalizersNewestFirst) {
  Log log;
  for (int i = 0; i < 3; ++i) {
    gc::Ptr<Node> n = gc::New<Node>(i);
    SayAtEnd(log, n);
  }
  runtime::GC();
  EXPECT_EQ(log.Text(), "f2 f1 f0");
}

GO_TEST(Semantics_4_11, AChainNeedsACollectionEach) {
  Log log;
  gc::Ptr<Node> a = gc::New<Node>(1);
  a->next = gc::New<Node>(2);
  a->next->next = gc::New<Node>(3);
  for (gc::Ptr<Node> n = a; n; n = n->next) SayAtEnd(log, n);
  a = nullptr;
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1");
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1 f2");
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1 f2 f3");
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1 f2 f3");
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Semantics_4_11, ACycleWithAFinalizerIsNeverCollected) {
  Log log;
  gc::Ptr<Node> a = gc::New<Node>(1);
  a->next = gc::New<Node>(2);
  a->next->next = a;
  SayAtEnd(log, a);
  runtime::AddCleanup(
      a->next, [&log](int n) { log.Add("c" + std::to_string(n)); }, 2);
  a = nullptr;
  for (int i = 0; i < 3; ++i) runtime::GC();
  EXPECT_EQ(log.Text(), "");
  EXPECT_EQ(Objects(), 2u);
}

GO_TEST(Semantics_4_11, MayResurrectAndSetItselfAgain) {
  Log log;
  static gc::Ptr<Node> kept;
  static Func<void(gc::Ptr<Node>)> again;
  Chan<bool> back = MakeChan<bool>();
  again = [&log, back](gc::Ptr<Node> n) {
    log.Add("f");
    kept = n;
    runtime::SetFinalizer(n, again);
    back.Send(true);
  };
  runtime::SetFinalizer(gc::New<Node>(5), again);
  for (int i = 0; i < 3; ++i) {
    runtime::GC();
    back.Recv();
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->value, 5);
    kept = nullptr;
  }
  EXPECT_EQ(log.Text(), "f f f");
}

GO_TEST(Semantics_4_11, OnceUnlessSetAgainAndFreedLater) {
  Log log;
  SayAtEnd(log, gc::New<Node>(1));
  runtime::GC();
  EXPECT_EQ(Objects(), 1u);
  EXPECT_EQ(log.Text(), "f1");
  EXPECT_EQ(Objects(), 1u);  // a later collection frees it
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
  EXPECT_EQ(log.Text(), "f1");
}

GO_TEST(Gc, NilTakesAFinalizerAway) {
  Log log;
  gc::Ptr<Node> n = gc::New<Node>(1);
  SayAtEnd(log, n);
  runtime::SetFinalizer(n, nullptr);
  runtime::SetFinalizer(n, nullptr);
  SayAtEnd(log, n);
  runtime::SetFinalizer(n.Get(), static_cast<void (*)(gc::Ptr<Node>)>(nullptr));
  n = nullptr;
  runtime::GC();
  EXPECT_EQ(log.Text(), "");
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Gc, AFinalizerIsSetByAddress) {
  Log log;
  gc::Ptr<Node> n = gc::New<Node>(3);
  runtime::SetFinalizer(n.Get(), [&](gc::Ptr<Node> p) { log.Add(std::to_string(p->value)); });
  n = nullptr;
  runtime::GC();
  EXPECT_EQ(log.Text(), "3");
}

GO_TEST(Gc, GcReturnsBeforeFinalizersHaveRun) {
  Log log;
  runtime::GOMAXPROCS(1);
  SayAtEnd(log, gc::New<Node>(1));
  atomic::Bool ran;
  runtime::SetFinalizer(gc::New<Node>(2), [&](gc::Ptr<Node>) { ran.Store(true); });
  runtime::GC();
  EXPECT_FALSE(ran.Load());
  runtime::Gosched();
  EXPECT_TRUE(ran.Load());
}

GO_TEST(Semantics_4_7, FinalizersAreInNoCount) {
  static int inside = 0;
  static std::string dump;
  Chan<bool> done = MakeChan<bool>();
  runtime::SetFinalizer(gc::New<Node>(1), [done](gc::Ptr<Node>) {
    inside = runtime::NumGoroutine();
    const String text = runtime::Stack(false);
    dump.assign(text.data(), text.size());
    done.Send(true);
  });
  runtime::GC();
  done.Recv();
  time::Sleep(time::Millisecond);  // until it waits for the next
  EXPECT_EQ(inside, 1);
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  EXPECT_EQ(dump.find("goroutine 5 [running]:"), 0u) << dump;
  EXPECT_EQ(dump.find("created by"), std::string::npos) << dump;
  const String all = runtime::Stack(true);
  EXPECT_EQ(std::string(all.data(), all.size()).find("goroutine 5"), std::string::npos);
}

GO_TEST(Gc, OneThatBlocksHoldsUpAllOthers) {
  Log log;
  Chan<int> never = MakeChan<int>();
  SayAtEnd(log, gc::New<Node>(1));
  runtime::SetFinalizer(gc::New<Node>(2), [&, never](gc::Ptr<Node>) {
    log.Add("blocks");
    never.Recv();
    log.Add("goes on");
  });
  runtime::GC();
  EXPECT_EQ(log.Text(), "blocks");
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  const String all = runtime::Stack(true);
  EXPECT_NE(std::string(all.data(), all.size()).find("goroutine 5 [chan receive]:"),
            std::string::npos);
  never.Close();
  EXPECT_EQ(log.Text(), "blocks goes on f1");
}

GO_TEST(Gc, AFinalizerMayStartAGoroutine) {
  Log log;
  runtime::SetFinalizer(gc::New<Node>(1), [&](gc::Ptr<Node>) {
    go([&] {
      time::Sleep(time::Second);
      log.Add("child");
    });
  });
  runtime::GC();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(runtime::NumGoroutine(), 2);
  time::Sleep(2 * time::Second);
  EXPECT_EQ(log.Text(), "child");
  EXPECT_EQ(runtime::NumGoroutine(), 1);
}

GO_TEST(Semantics_4_1, Point13_GoexitEndsTheFinalizerGoroutine) {
  Log log;
  for (int i = 0; i < 3; ++i) {
    runtime::SetFinalizer(gc::New<Node>(i), [&](gc::Ptr<Node> n) {
      log.Add("f" + std::to_string(n->value));
      runtime::Goexit();
    });
  }
  runtime::GC();
  EXPECT_EQ(log.Text(), "f2");
  SayAtEnd(log, gc::New<Node>(4));
  runtime::GC();
  EXPECT_EQ(log.Text(), "f2");
  EXPECT_EQ(runtime::NumGoroutine(), 1);
}

TEST(Semantics_4_1, Point13_APanicInAFinalizerEndsTheProcess) {
  ExpectEnd(
      [] {
        runtime::SetFinalizer(gc::New<Node>(1), [](gc::Ptr<Node>) { panic("in finalizer"); });
        runtime::GC();
        time::Sleep(time::Second);
      },
      2, "", "panic: in finalizer\n\ngoroutine 5 [running]:\n");
  ExpectEnd(
      [] {
        runtime::AddCleanup(
            gc::New<Node>(1), [](int) { panic("in cleanup"); }, 1);
        runtime::GC();
        time::Sleep(time::Second);
      },
      2, "", "panic: in cleanup\n\ngoroutine 5 [running]:\n");
}

TEST(Gc, FatalErrorsInGosWords) {
  ExpectEnd(
      [] {
        gc::Ptr<Node> n = gc::New<Node>(1);
        runtime::SetFinalizer(n, [](gc::Ptr<Node>) {});
        runtime::SetFinalizer(n, [](gc::Ptr<Node>) {});
      },
      2, "", "fatal error: runtime.SetFinalizer: finalizer already set\n");
  ExpectEnd([] { runtime::SetFinalizer(nullptr, [](gc::Ptr<Node>) {}); }, 2, "",
            "fatal error: runtime.SetFinalizer: first argument is nil\n");
  ExpectEnd(
      [] {
        int local = 0;
        runtime::SetFinalizer(&local, [](gc::Ptr<int>) {});
      },
      2, "", "fatal error: runtime.SetFinalizer: pointer not in heap\n");
  ExpectEnd([] { runtime::SetFinalizer(gc::Ptr<Node>(), [](gc::Ptr<Node>) {}); }, 2, "",
            "fatal error: runtime.SetFinalizer: pointer not in heap\n");
  ExpectEnd(
      [] {
        gc::Ptr<Both> both = gc::New<Both>();
        runtime::SetFinalizer(&both->second, [](gc::Ptr<int>) {});
      },
      2, "", "fatal error: runtime.SetFinalizer: pointer not at beginning of allocated block\n");
  ExpectEnd(
      [] {
        WithDefers([](Defers& defer) {
          defer([] { recover(); });  // of no use
          gc::Ptr<Node> n = gc::New<Node>(1);
          runtime::SetFinalizer(n, [](gc::Ptr<Node>) {});
          runtime::SetFinalizer(n, [](gc::Ptr<Node>) {});
        });
      },
      2, "", "fatal error: runtime.SetFinalizer: finalizer already set\n");
}

TEST(Gc, AFinalizerThatWaitsPreventsNoDeadlockReport) {
  ExpectEnd(
      [] {
        runtime::SetFinalizer(gc::New<Node>(1), [](gc::Ptr<Node>) { fmt::Println("fin"); });
        runtime::GC();
        Select();
      },
      2, "fin\n",
      "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select (no cases)]:\n");
}

// ---- 4.11 cleanups

GO_TEST(Semantics_4_11, SeveralCleanupsInTheirOrder) {
  Log log;
  const auto say = [&log](int n) { log.Add("c" + std::to_string(n)); };
  {
    gc::Ptr<Node> n = gc::New<Node>(1);
    runtime::AddCleanup(n, say, 1);
    runtime::Cleanup second = runtime::AddCleanup(n, say, 2);
    runtime::AddCleanup(n, say, 3);
    second.Stop();
    second.Stop();
  }
  runtime::GC();
  EXPECT_EQ(log.Text(), "c1 c3");
  EXPECT_EQ(Objects(), 0u);
}

GO_TEST(Semantics_4_11, CleanupsOfACycleAtOnce) {
  Log log;
  gc::Ptr<Node> a = gc::New<Node>(1);
  a->next = gc::New<Node>(2);
  a->next->next = a;
  runtime::AddCleanup(
      a, [&](int n) { log.Add(std::to_string(n)); }, 5);
  a = nullptr;
  runtime::GC();
  EXPECT_EQ(log.Text(), "5");
}

GO_TEST(Semantics_4_11, ACleanupComesAfterTheFinalizer) {
  Log log;
  gc::Ptr<Node> n = gc::New<Node>(1);
  runtime::AddCleanup(
      n, [&](int c) { log.Add("c" + std::to_string(c)); }, 1);
  SayAtEnd(log, n);
  n = nullptr;
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1");
  runtime::GC();
  EXPECT_EQ(log.Text(), "f1 c1");
}

GO_TEST(Semantics_4_11, CleanupsPanicInGosWords) {
  const auto text_of = [](auto&& f) {
    std::string text;
    WithDefers([&](Defers& defer) {
      defer([&] {
        const auto p = recover();
        text.assign(p.Text().data(), p.Text().size());
      });
      f();
    });
    return text;
  };
  gc::Ptr<Node> n = gc::New<Node>(1);
  EXPECT_EQ(text_of([&] {
              runtime::AddCleanup(
                  n, [](gc::Ptr<Node>) {}, n);
            }),
            "runtime.AddCleanup: ptr is equal to arg, cleanup will never run");
  EXPECT_EQ(text_of([&] {
              runtime::AddCleanup(
                  n, [](Node*) {}, n.Get());
            }),
            "runtime.AddCleanup: ptr is equal to arg, cleanup will never run");
  EXPECT_EQ(text_of([&] {
              runtime::AddCleanup(
                  gc::Ptr<Node>(), [](int) {}, 1);
            }),
            "runtime.AddCleanup: ptr is nil");
}

GO_TEST(Gc, ACleanupIsStoppedTooLate) {
  Log log;
  runtime::Cleanup c = runtime::AddCleanup(
      gc::New<Node>(1), [&](std::string s) { log.Add(s); }, std::string("ran"));
  runtime::Cleanup copy = c;
  runtime::GC();
  c.Stop();
  EXPECT_EQ(log.Text(), "ran");
  copy.Stop();
}

GO_TEST(Gc, WhatACleanupHoldsGoesWithIt) {
  gc::Ptr<Node> n = gc::New<Node>(1);
  runtime::AddCleanup(
      n, [](gc::Ptr<Node>) {}, gc::New<Node>(2));
  runtime::GC();
  EXPECT_EQ(Objects(), 2u);
  n = nullptr;
  runtime::GC();
  EXPECT_EQ(Objects(), 1u);  // the argument, of what is queued
  time::Sleep(time::Millisecond);
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

// ---- weak

GO_TEST(Weak, IsNilOnceTheObjectIsUnreachable) {
  gc::Ptr<Node> n = gc::New<Node>(4);
  weak::Pointer<Node> w = weak::Make(n);
  runtime::GC();
  EXPECT_EQ(w.Value()->value, 4);
  EXPECT_TRUE(w.Value() == n);
  n = nullptr;
  runtime::GC();
  EXPECT_TRUE(w.Value() == nullptr);
  EXPECT_TRUE(weak::Pointer<Node>().Value() == nullptr);
  EXPECT_TRUE(weak::Make(gc::Ptr<Node>()) == weak::Pointer<Node>());
}

GO_TEST(Weak, EqualIfMadeOfEqualPointers) {
  gc::Ptr<Node> a = gc::New<Node>(1);
  gc::Ptr<Node> b = gc::New<Node>(2);
  const weak::Pointer<Node> wa = weak::Make(a);
  const weak::Pointer<Node> wa2 = weak::Make(a);
  const weak::Pointer<Node> wb = weak::Make(b);
  EXPECT_TRUE(wa == wa2);
  EXPECT_FALSE(wa == wb);
  a = b = nullptr;
  runtime::GC();
  EXPECT_TRUE(wa == wa2);
  EXPECT_FALSE(wa == wb);
}

GO_TEST(Weak, IsClearedBeforeTheFinalizerRuns) {
  static weak::Pointer<Node> w;
  static bool was_nil = false;
  static gc::Ptr<Node> kept;
  gc::Ptr<Node> n = gc::New<Node>(1);
  w = weak::Make(n);
  Chan<bool> done = MakeChan<bool>();
  runtime::SetFinalizer(n, [done](gc::Ptr<Node> back) {
    was_nil = w.Value() == nullptr;
    kept = back;
    done.Send(true);
  });
  n = nullptr;
  runtime::GC();
  done.Recv();
  EXPECT_TRUE(was_nil);
  ASSERT_TRUE(kept);
  EXPECT_TRUE(w.Value() == nullptr);  // for good
  EXPECT_FALSE(weak::Make(kept) == w);
  EXPECT_TRUE(weak::Make(kept).Value() == kept);
  kept = nullptr;
}

GO_TEST(Weak, ACacheKeepsNothing) {
  weak::Pointer<Node> w;
  {
    gc::Ptr<Node> n = gc::New<Node>(1);
    w = weak::Make(n);
    weak::Pointer<Node> copy = w;
    w = copy;
  }
  runtime::GC();
  EXPECT_EQ(Objects(), 0u);
}

// ---- statistics and pacing

GO_TEST(Gc, MemStatsCount) {
  const runtime::MemStats before = Stats();
  EXPECT_EQ(before.NumGC, 0u);
  EXPECT_EQ(before.LastGC, 0u);
  EXPECT_EQ(before.NextGC, std::uint64_t{4} << 20);
  gc::Ptr<Node> kept = gc::New<Node>(1);
  for (int i = 0; i < 9; ++i) gc::New<Node>(i);
  const runtime::MemStats made = Stats();
  EXPECT_EQ(made.Mallocs, 10u);
  EXPECT_EQ(made.Alloc, 10 * sizeof(Node));
  runtime::GC();
  const runtime::MemStats after = Stats();
  EXPECT_EQ(after.NumGC, 1u);
  EXPECT_EQ(after.NumForcedGC, 1u);
  EXPECT_EQ(after.Frees, 9u);
  EXPECT_EQ(after.HeapObjects, 1u);
  EXPECT_EQ(after.HeapAlloc, sizeof(Node));
  EXPECT_EQ(after.TotalAlloc, 10 * sizeof(Node));
  EXPECT_EQ(after.LastGC, after.PauseEnd[0]);
  EXPECT_NE(after.LastGC, 0u);
}

struct Kilobyte {
  char bytes[1024];
};

GO_TEST(Gc, CollectsWhenTheHeapHasGrown) {
  for (int i = 0; i < 10'000; ++i) gc::New<Kilobyte>();
  EXPECT_EQ(Stats().NumGC, 2u);
  EXPECT_EQ(Stats().NumForcedGC, 0u);
  EXPECT_LE(Stats().HeapAlloc, std::uint64_t{4} << 20);
}

GO_TEST(Gc, SetGCPercent) {
  EXPECT_EQ(debug::SetGCPercent(-1), 100);
  for (int i = 0; i < 10'000; ++i) gc::New<Kilobyte>();
  EXPECT_EQ(Stats().NumGC, 0u);
  EXPECT_EQ(Stats().NextGC, ~std::uint64_t{0});
  EXPECT_EQ(debug::SetGCPercent(50), -1);
  EXPECT_EQ(Stats().NextGC, std::uint64_t{2} << 20);
  gc::New<Kilobyte>();
  EXPECT_EQ(Stats().NumGC, 1u);
  EXPECT_EQ(debug::SetGCPercent(-7), 50);
  EXPECT_EQ(debug::SetGCPercent(100), -1);
}

GO_TEST_REAL(Gc, InTheRealWorld) {
  Log log;
  SayAtEnd(log, gc::New<Node>(1));
  gc::Ptr<Node> kept = gc::New<Node>(2);
  runtime::GC();
  while (log.Text().empty()) {
  }
  EXPECT_EQ(log.Text(), "f1");
  EXPECT_EQ(kept->value, 2);
  EXPECT_EQ(Objects(), 2u);
  runtime::GC();
  EXPECT_EQ(Objects(), 1u);
}

GO_TEST_REAL(Gc, WhileOthersAreInBlockingCalls) {
  Chan<int> in = MakeChan<int>();
  Chan<int> out = MakeChan<int>();
  static std::atomic<bool> leave{false};
  go([=] {
    gc::Ptr<Node> held = gc::New<Node>(11);
    gc::Ptr<Node> other;
    in.Send(1);
    syscall::Blocking([&] {
      while (!leave) {
        other = held;
        other = nullptr;
      }
      other = held;
    });
    out.Send(other->value);
  });
  in.Recv();
  for (int i = 0; i < 20; ++i) runtime::GC();
  EXPECT_EQ(Objects(), 1u);
  leave = true;
  EXPECT_EQ(out.Recv(), 11);
}

}  // namespace
}  // namespace golab
