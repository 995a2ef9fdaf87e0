// The programs that judge a group: works that end in known ways, and a main that starts them and
// waits. --scenario says which.
//
// What happens is read from the recording. So that golab finds the moments that matter, these
// functions mark them by a call that is recorded with its stack: which function, in which work.
#include <golab/golab.h>

#include <string>

#include "group.h"

using namespace golab;

static void Mark() {
  runtime::NumGoroutine();
}

static void Begins() {
  Mark();
}

static void Ends() {
  Mark();
}

static void Cancelled() {
  Mark();
}

static void NotCancelled() {
  Mark();
}

static void MakesGroup() {
  Mark();
}

static void CallsGo() {
  Mark();
}

static void GoReturned() {
  Mark();
}

static void CallsWait() {
  Mark();
}

static void WaitReturned() {
  Mark();
}

static void CancelsParent() {
  Mark();
}

// What a call has given.

static void IsNil() {
  Mark();
}

static void IsCanceled() {
  Mark();
}

static void IsDeadline() {
  Mark();
}

static void IsHost11() {
  Mark();
}

static void IsHost12() {
  Mark();
}

static void IsHost13() {
  Mark();
}

static void Tells() {
  Mark();
}

static void Told() {
  Mark();
}

static const Error& Host(int number) {
  static const Error errors[] = {errors::New("no route to host 11"),
                                 errors::New("no route to host 12"),
                                 errors::New("no route to host 13")};
  return errors[number - 11];
}

static void Tell(const char* call, const Error& err) {
  if (!err) return IsNil();
  if (errors::Is(err, context::Canceled)) IsCanceled();
  if (errors::Is(err, context::DeadlineExceeded)) IsDeadline();
  if (errors::Is(err, Host(11))) IsHost11();
  if (errors::Is(err, Host(12))) IsHost12();
  if (errors::Is(err, Host(13))) IsHost13();
  Tells();
  fmt::Printf("%s gives: %v\n", call, err);
  Told();
}

// Works (checks.cc has the table).

constexpr auto kLong = 12 * time::Second;
constexpr auto kMs = time::Millisecond;

/// Waits for the end of its context, but not for ever: a run of the program ends in any case.
static Error Stays(const context::Context& ctx) {
  switch (Select(Recv(ctx.Done()), Recv(time::After(kLong)))) {
    case 0:
      Cancelled();
      break;
    case 1:
      NotCancelled();
      break;
  }
  Ends();
  return ctx.Err();
}

/// Looks at its context at the end alone.
static Error Sleeps(const context::Context& ctx, time::Duration length, const Error& result) {
  time::Sleep(length);
  if (ctx.Err()) Cancelled();
  Ends();
  return result;
}

static Error Item(context::Context ctx, time::Duration length) {
  Begins();
  return Sleeps(ctx, length, nullptr);
}

static Error Keeper(context::Context ctx) {
  Begins();
  return Stays(ctx);
}

/// Has something to finish when its context has ended.
static Error Finishes(context::Context ctx) {
  Begins();
  if (Select(Recv(ctx.Done()), Recv(time::After(kLong))) == 0) Cancelled();
  time::Sleep(700 * kMs);
  Ends();
  return nullptr;
}

static Error Late(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 100 * kMs, nullptr);
}

static Error Overruns(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 1800 * kMs, nullptr);
}

static Error Step(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 700 * kMs, nullptr);
}

static Error Panics(context::Context /*ctx*/) {
  Begins();
  time::Sleep(100 * kMs);
  Ends();
  panic("disk 7 is full");
}

static Error Fails11(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 800 * kMs, Host(11));
}

static Error Fails12(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 300 * kMs, Host(12));
}

static Error Fails13(context::Context ctx) {
  Begins();
  return Sleeps(ctx, 600 * kMs, Host(13));
}

static Error Exits(context::Context /*ctx*/) {
  Begins();
  Ends();
  runtime::Goexit();
}

// Calls.

using Work = Func<Error(context::Context)>;

static void Start(Group& group, const char* name, const Work& work) {
  CallsGo();
  const Error err = group.Go(name, work);
  GoReturned();
  Tell("Go", err);
}

static void WaitFor(Group& group) {
  CallsWait();
  const Error err = group.Wait();
  WaitReturned();
  Tell("Wait", err);
}

/// Never destroyed: if Wait returns too early, works still use it, and golab can say so.
static Group& Make(const context::Context& parent, int limit, time::Duration timeout, Mode mode) {
  MakesGroup();
  return *new Group(parent, Options{.limit = limit, .timeout = timeout, .mode = mode});
}

static Group& Make(int limit, time::Duration timeout, Mode mode) {
  return Make(context::Background(), limit, timeout, mode);
}

static Error Nests(context::Context ctx, Group& own) {
  Begins();
  Start(own, "child", Step);
  return Sleeps(ctx, 100 * kMs, nullptr);
}

static Error NestsFull(context::Context ctx, Group& own) {
  Begins();
  Start(own, "child", Late);
  return Sleeps(ctx, 100 * kMs, nullptr);
}

static Error Inner(context::Context ctx) {
  Begins();
  Group& inner = *new Group(ctx, Options{.limit = 1, .timeout = {}, .mode = Mode::kWaitAll});
  static_cast<void>(inner.Go("keeper", Keeper));
  static_cast<void>(inner.Wait());
  Ends();
  return nullptr;
}

// Scenarios.

/// Nine, three at once.
static void Crowd() {
  Group& group = Make(3, {}, Mode::kWaitAll);
  for (const int length : {300, 200, 100, 250, 150, 50, 200, 100, 150}) {
    Start(group, "item",
          [length](context::Context ctx) -> Error { return Item(ctx, length * kMs); });
  }
  WaitFor(group);
}

/// Three goroutines call Go, two may run.
static void Callers() {
  Group& group = Make(2, {}, Mode::kWaitAll);
  sync::WaitGroup callers;
  for (int i = 0; i < 3; ++i) {
    callers.Add(1);
    go([&] {
      Defer done{[&] { callers.Done(); }};
      for (int k = 0; k < 2; ++k)
        Start(group, "item", [](context::Context ctx) -> Error { return Item(ctx, 100 * kMs); });
    });
  }
  callers.Wait();
  WaitFor(group);
}

/// The parent's context ends while Go waits for a place.
static void ParentEnds() {
  const auto [parent, cancel] = context::WithCancel(context::Background());
  Group& group = Make(parent, 1, {}, Mode::kWaitAll);
  Start(group, "archiver", Finishes);
  sync::WaitGroup canceller;
  canceller.Add(1);
  go([&canceller, cancel = cancel] {
    Defer done{[&] { canceller.Done(); }};
    time::Sleep(500 * kMs);
    CancelsParent();
    cancel();
  });
  Start(group, "latecomer", Late);
  time::Sleep(200 * kMs);
  Start(group, "latecomer", Late);  // the place is still taken
  time::Sleep(800 * kMs);
  Start(group, "latecomer", Late);  // it is free
  WaitFor(group);
  canceller.Wait();
}

static void Timeouts() {
  {
    Group& group = Make(2, time::Second, Mode::kWaitAll);
    Start(group, "archiver", Overruns);
    for (int i = 0; i < 3; ++i) Start(group, "mailer", Step);
    Start(group, "keeper", Keeper);
    WaitFor(group);
  }
  {
    Group& group = Make(0, time::Second, Mode::kWaitAll);
    Start(group, "archiver", Overruns);
    WaitFor(group);
  }
  Group& group = Make(1, time::Second, Mode::kWaitAll);
  for (int i = 0; i < 2; ++i) Start(group, "mailer", Step);
  WaitFor(group);
}

static void PanicsAmongOthers() {
  {
    Group& group = Make(1, {}, Mode::kWaitAll);
    Start(group, "ledger", Panics);
    Start(group, "mailer", Late);
    WaitFor(group);
  }
  Group& group = Make(0, {}, Mode::kFirstError);
  Start(group, "ledger", Panics);
  Start(group, "keeper", Keeper);
  WaitFor(group);
}

static void FirstError() {
  {
    Group& group = Make(0, {}, Mode::kFirstError);
    Start(group, "ledger", Fails11);
    Start(group, "mailer", Fails12);
    Start(group, "keeper", Keeper);
    time::Sleep(600 * kMs);
    Start(group, "latecomer", Late);
    WaitFor(group);
  }
  {
    Group& group = Make(1, {}, Mode::kFirstError);
    Start(group, "mailer", Fails12);
    Start(group, "latecomer", Late);
    WaitFor(group);
  }
  {
    Group& group = Make(0, {}, Mode::kFirstError);
    for (int i = 0; i < 3; ++i) Start(group, "poller", Step);
    WaitFor(group);
  }
  // A timeout is an error, too: the second has been there for half a second then.
  Group& group = Make(0, time::Second, Mode::kFirstError);
  Start(group, "keeper", Keeper);
  time::Sleep(500 * kMs);
  Start(group, "keeper", Keeper);
  WaitFor(group);
}

static void WaitAll() {
  {
    Group& group = Make(0, {}, Mode::kWaitAll);
    Start(group, "ledger", Fails11);
    Start(group, "mailer", Fails12);
    Start(group, "poller", Step);
    Start(group, "archiver", Fails13);
    Start(group, "sweeper", Overruns);
    WaitFor(group);
  }
  Group& group = Make(0, {}, Mode::kWaitAll);
  for (int i = 0; i < 3; ++i) Start(group, "poller", Step);
  WaitFor(group);
}

constexpr int kMany = 50;

static void Zero() {
  {
    MakesGroup();
    Group group(context::Background());
    WaitFor(group);
  }
  {
    MakesGroup();
    Group group(context::Background(),
                Options{.limit = 2, .timeout = time::Second, .mode = Mode::kWaitAll});
    WaitFor(group);
  }
  Group& group = Make(0, {}, Mode::kWaitAll);
  for (int i = 0; i < kMany; ++i)
    Start(group, "item", [](context::Context ctx) -> Error { return Item(ctx, 5 * time::Second); });
  WaitFor(group);
}

static void Reuse() {
  for (const Mode mode : {Mode::kFirstError, Mode::kWaitAll}) {
    Group& group = Make(2, {}, mode);
    Start(group, "mailer", Fails12);
    WaitFor(group);
    Start(group, "poller", Step);
    WaitFor(group);
    Start(group, "mailer", Fails12);
    WaitFor(group);
  }
}

static void Nested() {
  {
    Group& group = Make(2, {}, Mode::kWaitAll);
    Start(group, "outer", [&](context::Context ctx) -> Error { return Nests(ctx, group); });
    WaitFor(group);
  }
  {
    Group& outer = Make(0, {}, Mode::kFirstError);
    Start(outer, "outer", Inner);
    Start(outer, "mailer", Fails12);
    WaitFor(outer);
  }
  // Last: who waits for the place of its own waits for ever.
  Group& group = Make(1, {}, Mode::kWaitAll);
  Start(group, "outer", [&](context::Context ctx) -> Error { return NestsFull(ctx, group); });
  WaitFor(group);
}

static void GoexitInWork() {
  Group& group = Make(1, {}, Mode::kWaitAll);
  go([&group] {
    Start(group, "leaver", Exits);
    Start(group, "mailer", Late);
    WaitFor(group);
  });
  time::Sleep(2 * time::Second);
}

GOLAB_MAIN() {
  const auto* scenario = flag::String("scenario", "", "which of the programs of this file to be");
  flag::Parse();
  if (*scenario == "crowd") Crowd();
  if (*scenario == "callers") Callers();
  if (*scenario == "parent") ParentEnds();
  if (*scenario == "timeouts") Timeouts();
  if (*scenario == "panics") PanicsAmongOthers();
  if (*scenario == "first-error") FirstError();
  if (*scenario == "wait-all") WaitAll();
  if (*scenario == "zero") Zero();
  if (*scenario == "reuse") Reuse();
  if (*scenario == "nested") Nested();
  if (*scenario == "goexit") GoexitInWork();
}
