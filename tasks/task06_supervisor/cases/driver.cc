// The programs that judge a supervisor: workers that fail in known ways, and a main that starts and
// stops them. --scenario says which.
//
// What happens is read from the recording. So that golab finds the moments that matter, these
// functions mark them by a call that is recorded with its stack: which function, in which worker.
#include <golab/golab.h>

#include <string>

#include "supervisor.h"

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

static void CallsGo() {
  Mark();
}

static void GoReturned() {
  Mark();
}

static void CallsStop() {
  Mark();
}

static void StopReturned() {
  Mark();
}

static void CallsStopAgain() {
  Mark();
}

static void StopAgainReturned() {
  Mark();
}

static void CancelsParent() {
  Mark();
}

static void Cancelled() {
  Mark();
}

static void NotCancelled() {
  Mark();
}

// Workers. Each is given to Go under one name (checks.cc has the table).

/// Waits for the end of its context, but not for ever: a run of the program ends in any case.
static Error Stays(const context::Context& ctx, time::Duration most) {
  switch (Select(Recv(ctx.Done()), Recv(time::After(most)))) {
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

constexpr auto kLong = 12 * time::Second;
constexpr auto kVeryLong = 10 * time::Minute;

static int panicking_runs = 0;

static Error Panics(context::Context ctx) {
  Begins();
  if (panicking_runs++ >= 2) return Stays(ctx, kLong);
  Ends();
  panic("disk 7 is full");
}

static int failing_runs = 0;

static Error Fails(context::Context ctx) {
  Begins();
  if (failing_runs++ >= 2) return Stays(ctx, kLong);
  time::Sleep(200 * time::Millisecond);
  Ends();
  return errors::New("no route to host 12");
}

static int returning_runs = 0;

static Error Returns(context::Context ctx) {
  Begins();
  if (returning_runs++ >= 2) return Stays(ctx, kLong);
  time::Sleep(100 * time::Millisecond);
  Ends();
  return nullptr;
}

static Error Steady(context::Context ctx) {
  Begins();
  return Stays(ctx, kLong);
}

/// Goes on for a while when its context has ended: what it does cannot be left half done.
static Error Finishes(context::Context ctx) {
  Begins();
  Select(Recv(ctx.Done()), Recv(time::After(kLong)));
  time::Sleep(700 * time::Millisecond);
  Ends();
  return nullptr;
}

/// Panics at the instant of Stop.
static Error PanicsLate(context::Context /*ctx*/) {
  Begins();
  time::Sleep(500 * time::Millisecond);
  Ends();
  panic("disk 7 is full");
}

static Error PanicsAtOnce(context::Context /*ctx*/) {
  Begins();
  Ends();
  panic("disk 7 is full");
}

/// A second worker under the name of one that is there.
static Error SecondSteady(context::Context ctx) {
  Begins();
  return Stays(ctx, kLong);
}

/// A second worker under the name of one that waits for its restart.
static Error SecondPanics(context::Context ctx) {
  Begins();
  return Stays(ctx, kLong);
}

static Error Late(context::Context ctx) {
  Begins();
  return Stays(ctx, kLong);
}

// The variations' workers.

static int first_runs = 0;

/// Fails six times at once, once after a good run of 12 s, then stays.
static Error First(context::Context ctx) {
  Begins();
  if (first_runs++ >= 7) return Stays(ctx, kVeryLong);
  if (first_runs == 7) time::Sleep(12 * time::Second);
  Ends();
  panic("disk 7 is full");
}

static int second_runs = 0;

/// Together with First.
static Error Second(context::Context ctx) {
  Begins();
  if (second_runs++ >= 6) return Stays(ctx, kVeryLong);
  Ends();
  panic("disk 8 is full");
}

static int third_runs = 0;

/// Fails for the first time when the others have failed more than once.
static Error Third(context::Context ctx) {
  Begins();
  if (third_runs++ >= 1) return Stays(ctx, kVeryLong);
  time::Sleep(6 * time::Second);
  Ends();
  return errors::New("no route to host 12");
}

/// Crashes at once, again and again.
static Error Often(context::Context /*ctx*/) {
  Begins();
  Ends();
  panic("disk 7 is full");
}

/// Crashes again and again, never three times within a minute.
static Error Seldom(context::Context ctx) {
  Begins();
  if (Select(Recv(ctx.Done()), Recv(time::After(40 * time::Second))) == 0) {
    Cancelled();
    Ends();
    return ctx.Err();
  }
  Ends();
  panic("disk 8 is full");
}

static Error Calm(context::Context ctx) {
  Begins();
  return Stays(ctx, kVeryLong);
}

// Scenarios.

static void Start(Supervisor& supervisor, const char* name, Error (*work)(context::Context ctx)) {
  CallsGo();
  supervisor.Go(name, work);
  GoReturned();
}

static void Stop(Supervisor& supervisor) {
  CallsStop();
  supervisor.Stop();
  StopReturned();
}

/// All ways to end, two times each; one that stays.
static void Causes() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "ledger", Panics);
  Start(supervisor, "mailer", Fails);
  Start(supervisor, "poller", Returns);
  Start(supervisor, "keeper", Steady);
  time::Sleep(7500 * time::Millisecond);
  Stop(supervisor);
}

/// Stop while one has work to finish and one panics; then Stop and Go again.
static void Stopped() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "archiver", Finishes);
  Start(supervisor, "ledger", PanicsLate);
  Start(supervisor, "keeper", Steady);
  time::Sleep(500 * time::Millisecond);
  Stop(supervisor);
  CallsStopAgain();
  supervisor.Stop();
  StopAgainReturned();
  Start(supervisor, "latecomer", Late);
  time::Sleep(3 * time::Second);
}

/// Stop during the delay of a restart.
static void StoppedInDelay() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "ledger", PanicsAtOnce);
  time::Sleep(300 * time::Millisecond);
  Stop(supervisor);
}

/// Names that are taken.
static void Names() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "keeper", Steady);
  Start(supervisor, "ledger", Panics);
  time::Sleep(100 * time::Millisecond);
  Start(supervisor, "keeper", SecondSteady);
  Start(supervisor, "ledger", SecondPanics);
  time::Sleep(2400 * time::Millisecond);
  Stop(supervisor);
}

/// The parent's context ends, and nobody calls Stop for a while.
static void Parent() {
  const auto [parent, cancel] = context::WithCancel(context::Background());
  Supervisor supervisor(parent);
  Start(supervisor, "keeper", Steady);
  Start(supervisor, "ledger", PanicsAtOnce);
  time::Sleep(500 * time::Millisecond);
  CancelsParent();
  cancel();
  time::Sleep(100 * time::Millisecond);
  Start(supervisor, "latecomer", Late);
  time::Sleep(2900 * time::Millisecond);
  Stop(supervisor);
}

/// A worker calls Stop. The supervisor is never destroyed: a Stop that waits for ever still uses
/// it.
static void Within() {
  auto* supervisor = new Supervisor(context::Background());
  supervisor->Go("keeper", [supervisor](context::Context ctx) -> Error {
    Begins();
    time::Sleep(100 * time::Millisecond);
    Stop(*supervisor);
    Ends();
    return ctx.Err();
  });
  time::Sleep(2 * time::Second);
}

static void Backoff() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "ledger", First);
  Start(supervisor, "archiver", Second);
  Start(supervisor, "mailer", Third);
  time::Sleep(64 * time::Second);
  Stop(supervisor);
}

static void Budget() {
  Supervisor supervisor(context::Background());
  Start(supervisor, "ledger", Often);
  Start(supervisor, "archiver", Seldom);
  Start(supervisor, "keeper", Calm);
  time::Sleep(150 * time::Second);
  Stop(supervisor);
}

/// A supervisor may have flags of its own, and need not.
template <class S>
static void DefineFlags() {
  if constexpr (requires { S::Flags(); }) S::Flags();
}

GOLAB_MAIN() {
  const auto* scenario = flag::String("scenario", "", "which of the programs of this file to be");
  DefineFlags<Supervisor>();
  flag::Parse();
  if (*scenario == "causes") Causes();
  if (*scenario == "stop") Stopped();
  if (*scenario == "stop-in-delay") StoppedInDelay();
  if (*scenario == "names") Names();
  if (*scenario == "parent") Parent();
  if (*scenario == "within") Within();
  if (*scenario == "backoff") Backoff();
  if (*scenario == "budget") Budget();
}
