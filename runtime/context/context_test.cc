// Contexts against what Go 1.24.4 printed for the same programs. A program of GOLAB_TESTs: run in
// both worlds.

#include "golab/context.h"

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

namespace {

struct k {};  // NOLINT(readability-identifier-naming): Go's test has a type of that name

String Said(const Error& err) {
  return fmt::Sprint(err);
}

void Expect(testing::T& t, const char* what, const String& got, const char* want) {
  t.Helper();
  if (got != want) t.Errorf("%s: got %q, want %q", what, got, want);
}

bool IsClosed(const RecvChan<Empty>& done) {
  Empty value;
  bool ok = true;
  return Select(Recv(done, value, ok), Default) == 0 && !ok;
}

/// A context type of the program's own, with a Done of its own.
struct Foreign {
  Chan<Empty> done = MakeChan<Empty>();
  Chan<Empty> ended = MakeChan<Empty>(1);

  context::DeadlineSet Deadline() const { return {}; }

  RecvChan<Empty> Done() const { return done; }

  Error Err() const {
    if (IsClosed(done)) return errors::New("foreign end");
    return nullptr;
  }

  Any Value(const Any& /*key*/) const { return nullptr; }
};

/// One that only adds a value to another.
struct Traced : context::Embedded {
  Any Value(const Any& key) const {
    if (key == Any(k{})) return "traced";
    return Context.Value(key);
  }
};

struct WithAfterFunc : Foreign {
  Chan<Func<void()>> registered = MakeChan<Func<void()>>(1);

  Func<bool()> AfterFunc(const Func<void()>& f) const {
    registered.Send(f);
    return [] { return true; };
  }
};

}  // namespace

GOLAB_TEST(Names, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const Context with_cancel = WithCancel(Background()).ctx;
  const Context with_value = WithValue(with_cancel, k{}, "val");

  const struct {
    Context ctx;
    const char* want;
  } cases[] = {
      {Background(), "context.Background"},
      {TODO(), "context.TODO"},
      {with_cancel, "context.Background.WithCancel"},
      {with_value, "context.Background.WithCancel.WithValue(main.k, val)"},
      {WithoutCancel(with_value),
       "context.Background.WithCancel.WithValue(main.k, val).WithoutCancel"},
      {WithValue(TODO(), 1, 2), "context.TODO.WithValue(int, int)"},
      {WithValue(TODO(), k{}, nullptr), "context.TODO.WithValue(main.k, <nil>)"},
      {WithValue(TODO(), k{}, time::Second), "context.TODO.WithValue(main.k, 1s)"},
      {WithCancel(Foreign{}).ctx, "main.Foreign.WithCancel"},
      {WithCancel(Traced{Background()}).ctx, "main.Traced.WithCancel"},
  };

  for (const auto& c : cases) Expect(t, "String", c.ctx.String(), c.want);
  Expect(t, "nil", fmt::Sprint(Context()), "<nil>");
  Expect(t, "fmt", fmt::Sprint(TODO()), "context.TODO");
  const time::Time deadline = time::Date(2100, time::January, 2, 3, 4, 5, 0);
  const String name = WithDeadline(Background(), deadline).ctx.String();
  Expect(t, "deadline", name.Slice(0, 63),
         "context.Background.WithDeadline(2100-01-02 03:04:05 +0000 UTC [");
}

GOLAB_TEST(ErrorsAndCauses, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  {
    const auto [ctx, cancel] = WithCancelCause(Background());
    Expect(t, "open", Said(ctx.Err()), "<nil>");
    Expect(t, "open", Said(Cause(ctx)), "<nil>");
    const auto [child, cancel_child] = WithCancel(ctx);
    cancel(errors::New("my cause"));
    cancel(errors::New("second"));
    cancel_child();
    Expect(t, "err", Said(ctx.Err()), "context canceled");
    Expect(t, "cause", Said(Cause(ctx)), "my cause");
    Expect(t, "child's err", Said(child.Err()), "context canceled");
    Expect(t, "child's cause", Said(Cause(child)), "my cause");
    const Context late = WithCancel(ctx).ctx;
    Expect(t, "child of an ended one", Said(late.Err()), "context canceled");
    Expect(t, "its cause", Said(Cause(late)), "my cause");
    if (!IsClosed(late.Done())) t.Error("Done of a child of an ended context is open");
  }
  {
    const auto [ctx, cancel] =
        WithTimeoutCause(Background(), time::Millisecond, errors::New("too slow"));
    ctx.Done().Recv();
    Expect(t, "err", Said(ctx.Err()), "context deadline exceeded");
    Expect(t, "cause", Said(Cause(ctx)), "too slow");
    if (!errors::Is(ctx.Err(), DeadlineExceeded) || ctx.Err() != DeadlineExceeded) t.Error("Is");
    cancel();
    Expect(t, "after cancel", Said(Cause(ctx)), "too slow");
  }
  {
    const auto [ctx, cancel] = WithCancelCause(Background());
    cancel(nullptr);
    Expect(t, "nil cause", Said(Cause(ctx)), "context canceled");
    if (ctx.Err() != Canceled) t.Error("Canceled");
  }
  {
    const auto [ctx, cancel] = WithTimeoutCause(Background(), time::Hour, errors::New("unused"));
    cancel();
    Expect(t, "canceled in time", Said(Cause(ctx)), "context canceled");
  }
  {
    const auto [ctx, cancel] = WithDeadline(Background(), time::Now().Add(-time::Second));
    Expect(t, "past deadline", Said(ctx.Err()), "context deadline exceeded");
    Expect(t, "past deadline", Said(Cause(ctx)), "context deadline exceeded");
    if (!IsClosed(ctx.Done())) t.Error("Done of a past deadline is open");
  }
}

GOLAB_TEST(DeadlineOfTheParentStands, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [parent, cancel] = WithTimeout(Background(), time::Second);
  const Context child = WithTimeout(parent, time::Hour).ctx;
  const auto [deadline, ok] = child.Deadline();
  if (!ok || !deadline.Equal(parent.Deadline().deadline)) t.Error("deadline", deadline, ok);
  Expect(t, "Background", fmt::Sprint(Background().Deadline().ok), "false");
  Expect(t, "through values", fmt::Sprint(WithValue(child, k{}, 1).Deadline().ok), "true");
  Expect(t, "WithoutCancel", fmt::Sprint(WithoutCancel(child).Deadline().ok), "false");
  cancel();
  Expect(t, "child", Said(child.Err()), "context canceled");
}

GOLAB_TEST(Values, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [base, cancel] = WithCancel(Background());
  const Context outer = WithValue(base, k{}, "val");
  const Context inner = WithValue(outer, 1, 42);
  Expect(t, "own", fmt::Sprint(inner.Value(1)), "42");
  Expect(t, "outer's", *inner.Value(k{}).As<String>(), "val");
  Expect(t, "none", fmt::Sprint(inner.Value("1")), "<nil>");
  if (inner.Value(2).As<int>() != nullptr) t.Error("As of a missing value");
  Expect(t, "hidden", fmt::Sprint(WithValue(inner, 1, 43).Value(1)), "43");
  cancel();
  const Context apart = WithoutCancel(inner);
  Expect(t, "WithoutCancel keeps values", fmt::Sprint(apart.Value(1)), "42");
  Expect(t, "WithoutCancel", Said(apart.Err()), "<nil>");
  Expect(t, "WithoutCancel", Said(Cause(apart)), "<nil>");
  if (apart.Done() != nullptr) t.Error("Done of WithoutCancel is not nil");
  if (Background().Done() != nullptr) t.Error("Done of Background is not nil");
}

GOLAB_TEST(WholeTreeHasEndedWhenCancelReturns, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [root, cancel] = WithCancel(Background());
  const Context mid = WithTimeout(WithValue(root, k{}, 1), time::Hour).ctx;
  const Context leaf = WithCancel(mid).ctx;
  const RecvChan<Empty> done = leaf.Done();
  if (leaf.Done() != done) t.Error("Done is another channel the second time");
  cancel();
  for (const Context& ctx : {root, mid, leaf}) {
    if (ctx.Err() == nullptr || !IsClosed(ctx.Done())) t.Error(ctx, "has not ended");
  }
}

GOLAB_TEST(AfterFuncRunsOnAGoroutineOfItsOwn, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [ctx, cancel] = WithCancel(Background());
  const auto called = MakeChan<int>(3);
  const auto stop_it = AfterFunc(ctx, [=] { called.Send(1); });
  if (!stop_it()) t.Error("stop before the end");
  if (stop_it()) t.Error("stop the second time");
  const auto stop = AfterFunc(ctx, [=] { called.Send(2); });
  cancel();
  Expect(t, "called", fmt::Sprint(called.Recv()), "2");
  if (stop()) t.Error("stop after the end");
  const auto late = AfterFunc(ctx, [=] { called.Send(3); });
  Expect(t, "already done", fmt::Sprint(called.Recv()), "3");
  if (late()) t.Error("stop of one that has run");
  if (called.Len() != 0) t.Error("a stopped function was called");
}

GOLAB_TEST(GoroutinesAreForForeignParentsAlone, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const int before = runtime::NumGoroutine();
  {
    const auto [root, cancel] = WithCancel(Background());
    for (int i = 0; i < 100; ++i) (void)WithTimeout(Traced{root}, time::Hour);
    Expect(t, "100 children with timers", fmt::Sprint(runtime::NumGoroutine() - before), "0");
    cancel();
  }
  const Foreign foreign;
  const auto [child, cancel] = WithCancel(foreign);
  Expect(t, "child of a foreign context", fmt::Sprint(runtime::NumGoroutine() - before), "1");
  cancel();
  runtime::Gosched();
  Expect(t, "after cancel", fmt::Sprint(runtime::NumGoroutine() - before), "0");
  const Context second = WithCancel(foreign).ctx;
  foreign.done.Close();
  second.Done().Recv();
  Expect(t, "err", Said(second.Err()), "foreign end");
  Expect(t, "cause", Said(Cause(second)), "foreign end");
  const WithAfterFunc registers;
  const Context third = WithCancel(registers).ctx;
  Expect(t, "with AfterFunc", fmt::Sprint(runtime::NumGoroutine() - before), "0");
  registers.done.Close();
  registers.registered.Recv()();
  Expect(t, "err", Said(third.Err()), "foreign end");
}

GOLAB_TEST(ForeignValues, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [root, cancel] = WithCancelCause(WithValue(Background(), 1, 42));
  const Context traced = Traced{root};
  const Context below = WithValue(traced, 2, 43);
  Expect(t, "overridden", fmt::Sprint(below.Value(k{})), "traced");
  Expect(t, "passed on", fmt::Sprint(below.Value(1)), "42");
  if (traced.As<Traced>() == nullptr || below.As<Traced>() != nullptr) t.Error("As");
  cancel(errors::New("why"));
  Expect(t, "cause through a foreign context", Said(Cause(below)), "why");
}

#if !defined(__clang__) || __clang_major__ >= 16  // before, it does not capture structured bindings
GOLAB_TEST(HandlesInLambdas, t) {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), time::Hour);
  const auto answers = MakeChan<String>();
  go([=] {
    ctx.Done().Recv();
    answers.Send(ctx.Err().Text());
  });
  go([=] { cancel(); });
  Expect(t, "err", answers.Recv(), "context canceled");
}
#endif

GOLAB_TEST(Misuse, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do

  struct NoEquality {
    int members;
  };

  const struct {
    Func<void()> f;
    const char* want;
  } cases[] = {
      {[] { (void)WithCancel(nullptr); }, "cannot create context from nil parent"},
      {[] { (void)WithCancelCause(nullptr); }, "cannot create context from nil parent"},
      {[] { (void)WithTimeout(nullptr, 1); }, "cannot create context from nil parent"},
      {[] { (void)WithValue(nullptr, 1, 1); }, "cannot create context from nil parent"},
      {[] { (void)WithoutCancel(nullptr); }, "cannot create context from nil parent"},
      {[] { (void)WithValue(Background(), nullptr, 1); }, "nil key"},
      {[] { (void)WithValue(Background(), NoEquality{1}, 1); }, "key is not comparable"},
      {[] { Context().Done(); },
       "runtime error: invalid memory address or nil pointer dereference"},
  };

  for (const auto& c : cases) {
    String said;
    WithDefers([&](Defers& defer) {
      defer([&] { said = recover().Text(); });
      c.f();
    });
    Expect(t, "panic", said, c.want);
  }
}

GOLAB_TEST(DeepAndWideTrees, t) {
  using namespace golab::context;  // NOLINT(google-build-using-namespace): as programs do
  const auto [root, cancel] = WithCancel(Background());
  Context deepest = root;
  for (int i = 0; i < 100000; ++i) deepest = WithCancel(deepest).ctx;
  for (int i = 0; i < 100000; ++i) (void)WithCancel(root);  // forgotten at once
  cancel();
  Expect(t, "deepest", Said(deepest.Err()), "context canceled");
}
