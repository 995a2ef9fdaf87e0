// OnceFunc, OnceValue, Pool and Map against what Go does. A program of GOLAB_TESTs.

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {

template <class A, class B>
void Expect(testing::T& t, const char* what, const A& got, const B& want) {
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

struct Point {
  int x;
  int y;

  friend bool operator==(const Point&, const Point&) = default;

  std::uint64_t Hash() const {
    return static_cast<std::uint64_t>(x) * 31 + static_cast<std::uint64_t>(y);
  }
};

}  // namespace

GOLAB_TEST(OnceFuncRunsOnce, t) {
  int calls = 0;
  const Func<void()> f = sync::OnceFunc([&] { ++calls; });
  sync::WaitGroup wg;
  for (int i = 0; i < 10; ++i) {
    wg.Add(1);
    go([&, f] {
      f();
      wg.Done();
    });
  }
  f();
  wg.Wait();
  Expect(t, "calls", calls, 1);
}

GOLAB_TEST(OnceFuncPanicsEachTime, t) {
  int calls = 0;
  const Func<void()> f = sync::OnceFunc([&] {
    ++calls;
    panic("boom");
  });
  for (int i = 0; i < 2; ++i) Expect(t, "panic", PanicOf(f), "boom");
  Expect(t, "calls", calls, 1);
}

GOLAB_TEST(OnceFuncLeftByGoexit, t) {
  const Func<void()> f = sync::OnceFunc([] { runtime::Goexit(); });
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Defer done{[&] { wg.Done(); }};
    Expect(t, "first", PanicOf(f),
           "panic called with nil argument (use GODEBUG=panicnil=1 to disable)");
  });
  wg.Wait();
}

GOLAB_TEST(OnceValueRemembers, t) {
  int calls = 0;
  const auto f = sync::OnceValue([&] { return String("made ") + fmt::Sprint(++calls); });
  Expect(t, "first", f(), "made 1");
  Expect(t, "second", f(), "made 1");

  struct Both {
    int n;
    Error err;
  };

  const auto g = sync::OnceValues([] { return Both{7, errors::New("no")}; });
  const auto [n, err] = g();
  Expect(t, "n", n, 7);
  Expect(t, "err", err.Text(), "no");
}

GOLAB_TEST(PoolGivesTheLatestBack, t) {
  int made = 0;
  sync::Pool<int> pool{[&] { return ++made; }};
  Expect(t, "New", pool.Get(), 1);
  pool.Put(10);
  pool.Put(11);
  Expect(t, "latest", pool.Get(), 11);
  Expect(t, "next", pool.Get(), 10);
  Expect(t, "New", pool.Get(), 2);
  pool.Put(1);
  sync::Pool<String> without_new;
  Expect(t, "zero value", without_new.Get(), "");
}

GOLAB_TEST(MapOperations, t) {
  sync::Map<String, int> m;
  Expect(t, "missing", m.Load("a").ok, false);
  m.Store("a", 1);
  const auto [value, ok] = m.Load("a");
  Expect(t, "Load", value, 1);
  Expect(t, "Load", ok, true);
  Expect(t, "LoadOrStore", m.LoadOrStore("a", 2).value, 1);
  Expect(t, "LoadOrStore", m.LoadOrStore("b", 2).loaded, false);
  Expect(t, "Swap", m.Swap("b", 3).value, 2);
  Expect(t, "Swap", m.Swap("c", 4).loaded, false);
  Expect(t, "CompareAndSwap", m.CompareAndSwap("c", 5, 6), false);
  Expect(t, "CompareAndSwap", m.CompareAndSwap("c", 4, 6), true);
  Expect(t, "CompareAndDelete", m.CompareAndDelete("c", 4), false);
  Expect(t, "CompareAndDelete", m.CompareAndDelete("c", 6), true);
  Expect(t, "LoadAndDelete", m.LoadAndDelete("b").value, 3);
  Expect(t, "LoadAndDelete", m.LoadAndDelete("b").loaded, false);
  m.Delete("nobody");
  m.Clear();
  Expect(t, "Clear", m.Load("a").ok, false);
  m.Store("again", 1);
  Expect(t, "after Clear", m.Load("again").value, 1);
}

GOLAB_TEST(MapRangeMayUseTheMap, t) {
  sync::Map<int, int> m;
  for (int i = 0; i < 1000; ++i) m.Store(i, i * i);
  int seen = 0;
  m.Range([&](int key, int value) {
    Expect(t, "value", value, key * key);
    m.Delete(key);
    m.Store(key + 1000, 0);
    return ++seen < 500;
  });
  Expect(t, "seen", seen, 500);
  Expect(t, "deleted", m.Load(0).ok, false);
  Expect(t, "kept", m.Load(999).value, 999 * 999);
  sync::Map<Point, Error> points;
  points.Store({1, 2}, errors::New("here"));
  Expect(t, "struct key", points.Load({1, 2}).value.Text(), "here");
  Expect(t, "struct key", points.Load({2, 1}).ok, false);
}

GOLAB_TEST(MapFromManyGoroutines, t) {
  sync::Map<int, String> m;
  sync::WaitGroup wg;
  atomic::Int32 stored;
  for (int i = 0; i < 10; ++i) {
    wg.Add(1);
    go([&, i] {
      for (int k = 0; k < 100; ++k) {
        if (!m.LoadOrStore(k, fmt::Sprint(i)).loaded) stored.Add(1);
      }
      wg.Done();
    });
  }
  wg.Wait();
  Expect(t, "stored", stored.Load(), 100);
}
