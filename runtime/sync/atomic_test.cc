// sync/atomic against Go's rules. A program of GOLAB_TESTs: built with the operations inline, and
// as calls of the library.

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {

template <class T>
void Expect(testing::T& t, const char* what, const T& got, const T& want) {
  t.Helper();
  if (!(got == want)) t.Errorf("%s: got %v, want %v", what, got, want);
}

String PanicOf(const Func<void()>& f) {
  String said = "no panic";
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) said = p.Text();
    });
    f();
  });
  return said;
}

template <class I, class T>
void Arithmetic(testing::T& t) {
  I a;
  Expect(t, "zero", a.Load(), T{0});
  Expect(t, "Add", a.Add(5), T{5});
  Expect(t, "Add wraps", a.Add(static_cast<T>(-6)), static_cast<T>(-1));
  Expect(t, "Swap", a.Swap(12), static_cast<T>(-1));
  Expect(t, "And gives the old value", a.And(10), T{12});
  Expect(t, "Or gives the old value", a.Or(1), T{8});
  Expect(t, "CompareAndSwap", a.CompareAndSwap(9, 1), true);
  Expect(t, "CompareAndSwap", a.CompareAndSwap(9, 2), false);
  a.Store(7);
  Expect(t, "Load", a.Load(), T{7});
}

}  // namespace

GOLAB_TEST(Integers, t) {
  Arithmetic<atomic::Int32, std::int32_t>(t);
  Arithmetic<atomic::Int64, std::int64_t>(t);
  Arithmetic<atomic::Uint32, std::uint32_t>(t);
  Arithmetic<atomic::Uint64, std::uint64_t>(t);
  Arithmetic<atomic::Uintptr, std::uintptr_t>(t);
  std::int32_t n = 1;
  Expect(t, "AddInt32", atomic::AddInt32(&n, -3), -2);
  Expect(t, "SwapInt32", atomic::SwapInt32(&n, 4), -2);
  Expect(t, "CompareAndSwapInt32", atomic::CompareAndSwapInt32(&n, 4, 5), true);
  atomic::StoreInt32(&n, atomic::LoadInt32(&n) + 1);
  Expect(t, "n", n, 6);
  std::uint64_t big = ~std::uint64_t{0};
  Expect(t, "AddUint64", atomic::AddUint64(&big, 2), std::uint64_t{1});
}

GOLAB_TEST(BoolAndPointer, t) {
  atomic::Bool b;
  Expect(t, "zero", b.Load(), false);
  Expect(t, "Swap", b.Swap(true), false);
  Expect(t, "CompareAndSwap", b.CompareAndSwap(false, true), false);
  b.Store(false);
  Expect(t, "CompareAndSwap", b.CompareAndSwap(false, true), true);
  atomic::Pointer<int> p;
  int x = 1;
  Expect<int*>(t, "nil", p.Load(), nullptr);
  Expect<int*>(t, "Swap", p.Swap(&x), nullptr);
  Expect(t, "CompareAndSwap", p.CompareAndSwap(nullptr, &x), false);
  Expect(t, "CompareAndSwap", p.CompareAndSwap(&x, nullptr), true);
  p.Store(&x);
  Expect(t, "Load", *p.Load(), 1);
}

GOLAB_TEST(ValueKeepsItsType, t) {
  atomic::Value v;
  if (v.Load()) t.Error("nil before the first Store");
  v.Store("one");
  Expect(t, "Load", *v.Load().As<String>(), String("one"));
  Expect(t, "Swap", *v.Swap("two").As<String>(), String("one"));
  Expect(t, "CompareAndSwap", v.CompareAndSwap("one", "three"), false);
  Expect(t, "CompareAndSwap", v.CompareAndSwap("two", "three"), true);

  struct NoEquality {
    int members;
  };

  atomic::Value other;
  other.Store(NoEquality{1});

  const struct {
    Func<void()> f;
    const char* want;
  } cases[] = {
      {[&] { v.Store(nullptr); }, "sync/atomic: store of nil value into Value"},
      {[&] { v.Store(1); }, "sync/atomic: store of inconsistently typed value into Value"},
      {[&] { v.Swap(nullptr); }, "sync/atomic: swap of nil value into Value"},
      {[&] { v.Swap(1); }, "sync/atomic: swap of inconsistently typed value into Value"},
      {[&] { v.CompareAndSwap(nullptr, nullptr); },
       "sync/atomic: compare and swap of nil value into Value"},
      {[&] { v.CompareAndSwap("x", 1); },
       "sync/atomic: compare and swap of inconsistently typed old and new values"},
      {[&] { v.CompareAndSwap(1, 1); },
       "sync/atomic: compare and swap of inconsistently typed value into Value"},
      {[&] { other.CompareAndSwap(NoEquality{1}, NoEquality{2}); },
       "runtime error: comparing uncomparable type main.NoEquality"},
  };

  for (const auto& c : cases) Expect(t, "panic", PanicOf(c.f), String(c.want));
}

GOLAB_TEST(EveryAddCounts, t) {
  atomic::Int64 n;
  sync::WaitGroup wg;
  for (int i = 0; i < 10; ++i) {
    wg.Add(1);
    go([&] {
      Defer done{[&] { wg.Done(); }};
      for (int k = 0; k < 1000; ++k) n.Add(1);
    });
  }
  wg.Wait();
  Expect(t, "n", n.Load(), std::int64_t{10000});
}
