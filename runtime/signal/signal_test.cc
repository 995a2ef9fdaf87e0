// Package signal. Most of it in both worlds; signals come from the program itself or, by
// InjectSignal, from outside.

#include "golab/signal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"
#include "runtime/world/signal_arrival.h"

namespace {

/// Outside of golab's namespace, whose code is not preempted.
[[noreturn]] void Compute() {
  volatile long x = 0;
  for (;;) x = x + 1;
}

}  // namespace

namespace golab::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr TestWorld kWorlds[] = {TestWorld::kVirtual, TestWorld::kReal};

void ExpectSuccessInBoth(void (*body)()) {
  for (const TestWorld world : kWorlds) {
    SCOPED_TRACE(world == TestWorld::kVirtual ? "virtual" : "real");
    ExpectSuccess(body, world);
  }
}

/// As TEST; the body is main, once in each world.
#define GO_TEST_BOTH(suite, name)                \
  static void suite##_##name##_Body();           \
  TEST(suite, name) {                            \
    ExpectSuccessInBoth(&suite##_##name##_Body); \
  }                                              \
  static void suite##_##name##_Body()

using Signals = Chan<os::Signal>;

Signals Asking(std::int64_t room, rt::SignalArg s1 = {}, rt::SignalArg s2 = {}) {
  const Signals c = MakeChan<os::Signal>(room);
  signal::Notify(c, s1, s2);
  return c;
}

void SendSelf(int number) {
  kill(getpid(), number);
}

GO_TEST_BOTH(Signal, IsRelayedToTheChannel) {
  const Signals c = Asking(1, os::Terminate);
  SendSelf(SIGTERM);
  EXPECT_EQ(c.Recv(), os::Terminate);
  rt::InjectSignal(SIGTERM);
  EXPECT_EQ(c.Recv(), os::Signal(15));
}

GO_TEST_BOTH(Signal, EachOfSeveralChannelsGetsACopy) {
  const Signals a = Asking(1, os::Interrupt, SIGUSR1);
  const Signals b = Asking(1, SIGUSR1);
  signal::Notify(a, SIGUSR2);  // adds to what it asked for before
  SendSelf(SIGUSR1);
  EXPECT_EQ(a.Recv().String(), "user defined signal 1");
  EXPECT_EQ(b.Recv().Number(), SIGUSR1);
  SendSelf(SIGUSR2);
  EXPECT_EQ(a.Recv().Number(), SIGUSR2);
  EXPECT_EQ(b.Len(), 0u);
}

GO_TEST_BOTH(Signal, AllOfThemWithoutNames) {
  const Signals c = Asking(8);
  for (const int one : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGPIPE, SIGCHLD, SIGTSTP, 64}) {
    SendSelf(one);
    EXPECT_EQ(c.Recv().Number(), one);
  }
}

/// What waits for no receiver is dropped, and keeps nobody from the next one.
GO_TEST(Signal, DeliveryNeverBlocks) {
  const Signals none = Asking(0, SIGUSR1, SIGUSR2);
  const Signals one = Asking(1, SIGUSR1, SIGUSR2);
  const Signals two = Asking(2, SIGUSR1, SIGUSR2);
  rt::InjectSignal(SIGUSR1);
  time::Sleep(time::Millisecond);
  rt::InjectSignal(SIGUSR2);
  time::Sleep(time::Millisecond);
  EXPECT_EQ(none.Len(), 0u);
  EXPECT_EQ(one.Len(), 1u);
  EXPECT_EQ(two.Len(), 2u);
  EXPECT_EQ(one.Recv().Number(), SIGUSR1);
  EXPECT_EQ(two.Recv().Number(), SIGUSR1);
  EXPECT_EQ(two.Recv().Number(), SIGUSR2);
}

GO_TEST_BOTH(Signal, AReceiverThatWaitsNeedsNoRoom) {
  const Signals c = Asking(0, SIGUSR1);
  const Chan<int> got = MakeChan<int>();
  go([=] { got.Send(c.Recv().Number()); });
  for (int i = 0; got.Len() == 0; ++i) {  // dropped until that goroutine waits
    SendSelf(SIGUSR1);
    int number = 0;
    if (Select(Recv(got, number), Recv(time::After(time::Millisecond))) == 0) {
      EXPECT_EQ(number, SIGUSR1);
      break;
    }
  }
}

GO_TEST_BOTH(Signal, StopDeliversWhatHasArrived) {
  for (int i = 0; i < 200; ++i) {
    const Signals c = Asking(1, SIGUSR1);
    raise(SIGUSR1);
    signal::Stop(c);
    ASSERT_EQ(c.Len(), 1u);
  }
}

GO_TEST_BOTH(Signal, StopEndsDelivery) {
  const Signals a = Asking(1, SIGUSR1);
  const Signals b = Asking(1, SIGUSR1);
  signal::Stop(a);
  signal::Stop(MakeChan<os::Signal>());  // one that never asked
  SendSelf(SIGUSR1);
  EXPECT_EQ(b.Recv().Number(), SIGUSR1);
  EXPECT_EQ(a.Len(), 0u);
}

GO_TEST_BOTH(Signal, IgnoreAndResetAreGos) {
  EXPECT_FALSE(signal::Ignored(os::Kill));
  EXPECT_FALSE(signal::Ignored(SIGCHLD));
  const Signals c = Asking(1, os::Terminate);
  signal::Ignore(os::Terminate);
  EXPECT_TRUE(signal::Ignored(os::Terminate));
  SendSelf(SIGTERM);
  EXPECT_EQ(c.Len(), 0u);
  signal::Reset(os::Terminate);
  EXPECT_TRUE(signal::Ignored(os::Terminate));  // Reset undoes Notify alone
  signal::Notify(c, os::Terminate);
  EXPECT_FALSE(signal::Ignored(os::Terminate));
  SendSelf(SIGTERM);
  EXPECT_EQ(c.Recv(), os::Terminate);
}

GO_TEST_BOTH(Signal, NotifyContext) {
  {
    auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
    EXPECT_EQ(ctx.String(), "signal.NotifyContext(context.Background, [interrupt terminated])");
    EXPECT_EQ(ctx.Err(), nullptr);
    SendSelf(SIGINT);
    ctx.Done().Recv();
    EXPECT_EQ(ctx.Err(), context::Canceled);
    EXPECT_EQ(context::Cause(ctx), context::Canceled);
    stop();
  }
  {
    auto [parent, cancel] = context::WithCancel(context::Background());
    auto [ctx, stop] = signal::NotifyContext(parent);
    EXPECT_EQ(ctx.String(), "signal.NotifyContext(context.Background.WithCancel)");
    auto [child, stop_child] = context::WithCancel(ctx);
    cancel();
    child.Done().Recv();
    EXPECT_EQ(ctx.Err(), context::Canceled);
    stop();
    stop();
    stop_child();
  }
}

/// Go prints 1, 2, 2, 3, 2.
GO_TEST(Signal, GoroutinesAreAsManyAsInGo) {
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  const Signals c = Asking(1, SIGUSR1);
  EXPECT_EQ(runtime::NumGoroutine(), 2);
  signal::Stop(c);
  EXPECT_EQ(runtime::NumGoroutine(), 2);
  auto [ctx, stop] = signal::NotifyContext(context::Background(), SIGUSR1);
  EXPECT_EQ(runtime::NumGoroutine(), 3);
  stop();
  time::Sleep(time::Millisecond);
  EXPECT_EQ(runtime::NumGoroutine(), 2);
}

GO_TEST_BOTH(Signal, WhatProgramsCannotHave) {
  Asking(1, os::Kill, SIGSEGV);
  Asking(1, SIGURG, SIGPROF);
  Asking(1, 0x7fff, -1);
  EXPECT_EQ(runtime::NumGoroutine(), 1);
  EXPECT_FALSE(signal::Ignored(SIGSEGV));
}

void ShowDump() {
  Asking(1, SIGUSR1);
  time::Sleep(10 * time::Millisecond);
  fmt::Print(runtime::Stack(true));
}

TEST(Signal, ADumpShowsItsGoroutineAsGos) {
#if GOLAB_ASAN || GOLAB_TSAN
  GTEST_SKIP() << "sanitizers add frames";
#endif
  for (const TestWorld world : kWorlds) {
    const ChildResult got = RunProgram(&ShowDump, world);
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr(" [syscall]:\nos/signal.signal_recv()\n\t"));
    EXPECT_THAT(got.out, HasSubstr("\nos/signal.loop()\n\t"));
    EXPECT_THAT(got.out, HasSubstr("\ncreated by os/signal.Notify.func1.1 in goroutine 1\n\t"));
  }
}

TEST(Signal, MisusePanicsAsInGo) {
  ExpectEnd([] { signal::Notify(Signals()); }, 2, "",
            "panic: os/signal: Notify using nil channel\n\ngoroutine 1 [running]:\n");
  ExpectEnd(
      [] {
        const Signals c = Asking(1, os::Terminate);
        c.Close();
        SendSelf(SIGTERM);
        time::Sleep(time::Hour);
      },
      2, "", "panic: send on closed channel\n\ngoroutine ");
}

constinit int number = 0;

void ExpectStatus(int one, int status, const std::string& err, void (*body)()) {
  number = one;
  for (const TestWorld world : kWorlds) {
    SCOPED_TRACE(one);
    const ChildResult got = RunProgram(body, world);
    EXPECT_EQ(got.status, status) << got.err;
    EXPECT_EQ(got.err.substr(0, err.size()), err);
    EXPECT_EQ(got.out, status == 0 ? "alive\n" : "");
  }
}

void Arrives() {
  rt::InjectSignal(number);
  time::Sleep(10 * time::Millisecond);
  fmt::Println("alive");
}

TEST(DefaultAction, IsGos) {
  for (const int one : {SIGHUP, SIGINT, SIGTERM}) ExpectStatus(one, 128 + one, "", &Arrives);
  ExpectStatus(SIGQUIT, 2, "SIGQUIT: quit\nPC=0x", &Arrives);
  ExpectStatus(SIGABRT, 2, "SIGABRT: abort\nPC=0x", &Arrives);
  for (const int one : {SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR,
                        SIGPIPE, SIGCHLD, SIGWINCH, SIGURG, SIGCONT, 35, 64}) {
    ExpectStatus(one, 0, "", &Arrives);
  }
}

TEST(DefaultAction, ComesBackWithStopAndReset) {
  ExpectStatus(SIGTERM, 143, "", [] {
    const Signals c = Asking(1, os::Terminate);
    rt::InjectSignal(SIGTERM);
    c.Recv();
    signal::Stop(c);
    Arrives();
  });
  ExpectStatus(SIGQUIT, 2, "SIGQUIT: quit\nPC=0x", [] {
    Asking(1, SIGQUIT);
    signal::Reset();
    Arrives();
  });
  ExpectStatus(SIGINT, 130, "", [] {
    signal::Ignore(os::Interrupt);
    auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt);
    stop();
    Arrives();
  });
  ExpectStatus(SIGHUP, 0, "", [] {
    signal::Ignore();
    Arrives();
  });
}

/// A pipe that nobody reads, as fd `at`.
void Break(int at) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  dup2(ends[1], at);
  close(ends[0]);
  close(ends[1]);
}

TEST(DefaultAction, ABrokenStandardOutputEndsTheProgram) {
  for (const TestWorld world : kWorlds) {
    for (void (*body)() : {+[] {
                             Break(1);
                             std::printf("x\n");
                             std::fflush(stdout);
                             std::_Exit(0);
                           },
                           +[] {
                             Break(2);
                             (void)!write(2, "x", 1);
                             std::_Exit(0);
                           }}) {
      EXPECT_EQ(RunProgram(body, world).status, 128 + SIGPIPE);
    }
  }
}

GO_TEST_BOTH(DefaultAction, AnotherBrokenPipeIsAnError) {
  constexpr int kFd = 99;
  Break(kFd);
  EXPECT_EQ(write(kFd, "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  const Signals c = Asking(1, SIGPIPE);
  EXPECT_EQ(write(kFd, "x", 1), -1);
  EXPECT_EQ(c.Recv().Number(), SIGPIPE);
}

void WaitForTerminate() {
  auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Terminate);
  std::printf("ready\n");
  std::fflush(stdout);
  ctx.Done().Recv();
  std::printf("bye\n");
}

TEST(Signal, FromAnotherProcessWhileAllSleep) {
  ChildOptions options;
  options.signal_when_asleep = SIGTERM;
  const ChildResult got = RunProgram(&WaitForTerminate, TestWorld::kReal, options);
  EXPECT_EQ(got.status, 0) << got.err;
  EXPECT_EQ(got.out, "ready\nbye\n");
}

/// In the virtual world nobody is outside.
TEST(Signal, WithNobodyToSendItTheVirtualWorldIsDeadlocked) {
  const ChildResult got = RunProgram(&WaitForTerminate, TestWorld::kVirtual);
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(got.err.find("fatal error: all goroutines are asleep - deadlock!\n"), 0u) << got.err;
}

/// Signals come through while every P computes.
TEST(Signal, ComesThroughWhileAllAreBusy) {
#if GOLAB_ASAN || GOLAB_TSAN
  GTEST_SKIP() << "there goroutines that compute run on";
#endif
  ExpectSuccess(
      [] {
        const Signals c = Asking(1, SIGUSR1);
        for (int i = runtime::GOMAXPROCS(0); i > 0; --i) go(&Compute);
        for (int i = 0; i < 3; ++i) {
          SendSelf(SIGUSR1);
          EXPECT_EQ(c.Recv().Number(), SIGUSR1);
        }
      },
      TestWorld::kReal);
}

/// None is lost and none comes twice: each sender waits for its own before it sends the next.
GO_TEST_REAL(Signal, StressCountsThemAll) {
  constexpr int kSenders = 6;
  constexpr int kEach = GOLAB_TSAN ? 300 : 2000;
  sync::WaitGroup wg;
  atomic::Int64 received;
  const Signals all = Asking(kSenders * kEach);
  for (int i = 0; i < kSenders; ++i) {
    wg.Add(1);
    go([&, one = 40 + i] {
      const Signals mine = Asking(1, one);
      for (int k = 0; k < kEach; ++k) {
        SendSelf(one);
        if (mine.Recv().Number() == one) received.Add(1);
      }
      signal::Stop(mine);
      EXPECT_EQ(mine.Len(), 0u);
      wg.Done();
    });
  }
  // Others come and go meanwhile.
  wg.Add(1);
  go([&] {
    while (received.Load() < kSenders * kEach) {
      const Signals c = Asking(1, 41, 42);
      runtime::Gosched();
      signal::Stop(c);
    }
    wg.Done();
  });
  wg.Wait();
  EXPECT_EQ(received.Load(), kSenders * kEach);
  signal::Stop(all);
  EXPECT_EQ(all.Len(), static_cast<std::size_t>(kSenders * kEach));
}

}  // namespace
}  // namespace golab::tests
