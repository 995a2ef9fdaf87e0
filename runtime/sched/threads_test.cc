// Threads: blocking calls, goroutines bound to threads, how many there may be.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab {
namespace {

bool IsAThread(pid_t id) {
  return access(("/proc/self/task/" + std::to_string(id)).c_str(), F_OK) == 0;
}

bool SomebodyIs(const char* reason) {
  return std::string(runtime::Stack(true).data()).find(reason) != std::string::npos;
}

GO_TEST_REAL(Blocking, LendsItsProcessor) {
  runtime::GOMAXPROCS(1);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Chan<char> got = MakeChan<char>();
  go([=] {
    char c = 0;
    EXPECT_EQ(syscall::Blocking([&] { return read(ends[0], &c, 1); }), 1);
    got.Send(c);
  });
  // Whoever reads holds its thread; only with another one can this go on.
  while (!SomebodyIs("[syscall]")) runtime::Gosched();
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(got.Recv(), 'x');
}

#if !GOLAB_ASAN && !GOLAB_TSAN  // they have a read of their own
GO_TEST_REAL(Blocking, APlainReadLendsItsProcessorToo) {
  runtime::GOMAXPROCS(1);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Chan<int> got = MakeChan<int>();
  go([=] {
    char c = 0;
    const auto n = read(ends[0], &c, 1);
    const auto bad = read(-1, &c, 1);
    got.Send(n == 1 && bad == -1 && errno == EBADF ? c : 0);
  });
  while (!SomebodyIs("[syscall]")) runtime::Gosched();
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  EXPECT_EQ(got.Recv(), 'x');
}
#endif

GO_TEST_REAL(Blocking, GivesWhatTheCallGives) {
  EXPECT_EQ(syscall::Blocking([] { return std::string(100, 'y'); }), std::string(100, 'y'));
  syscall::Blocking([] {});
  int caught = 0;
  try {
    syscall::Blocking([] { throw std::runtime_error("inside"); });
  } catch (const std::runtime_error&) {
    ++caught;
  }
  runtime::Gosched();  // still a goroutine
  EXPECT_EQ(caught, 1);
}

TEST(Blocking, HasNoGoroutineInside) {
  const tests::ChildResult got = tests::RunProgram(
      [] {
        Chan<int> c = MakeChan<int>(1);
        syscall::Blocking([&] { c.Send(1); });
      },
      tests::TestWorld::kReal);
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(got.err, "fatal error: chan send outside a goroutine\n");
}

GO_TEST_REAL(Blocking, ManyAtOnce) {
  constexpr int kCalls = 20;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  sync::WaitGroup wg;
  for (int i = 0; i < kCalls; ++i) {
    wg.Add(1);
    go([&] {
      char c = 0;
      EXPECT_EQ(syscall::Blocking([&] { return read(ends[0], &c, 1); }), 1);
      wg.Done();
    });
  }
  for (int i = 0; i < kCalls; ++i) ASSERT_EQ(write(ends[1], "x", 1), 1);
  wg.Wait();
}

GO_TEST_REAL(LockOSThread, KeepsItsThreadToItself) {
  Chan<bool> go_on = MakeChan<bool>();
  Chan<pid_t> thread = MakeChan<pid_t>();
  go([=] {
    runtime::LockOSThread();
    for (int i = 0; i < 100; ++i) {
      thread.Send(gettid());
      go_on.Recv();
    }
  });
  const pid_t first = thread.Recv();
  for (int i = 1; i < 100; ++i) {
    go_on.Send(true);
    EXPECT_EQ(thread.Recv(), first);
    EXPECT_NE(gettid(), first);
  }
  go_on.Send(true);
}

GO_TEST_REAL(LockOSThread, TakesItsThreadAlong) {
  Chan<pid_t> thread = MakeChan<pid_t>();
  runtime::LockOSThread();  // so that the other has one that is not the process's first
  go([=] {
    runtime::LockOSThread();
    thread.Send(gettid());
  });
  const pid_t ended = thread.Recv();
  while (IsAThread(ended)) runtime::Gosched();
}

GO_TEST_REAL(LockOSThread, UnlockedAsOftenItIsFree) {
  Chan<pid_t> thread = MakeChan<pid_t>();
  runtime::LockOSThread();
  go([=] {
    runtime::LockOSThread();
    runtime::LockOSThread();
    runtime::UnlockOSThread();
    runtime::UnlockOSThread();
    thread.Send(gettid());
  });
  const pid_t other = thread.Recv();
  while (runtime::NumGoroutine() > 1) runtime::Gosched();
  EXPECT_TRUE(IsAThread(other));
}

TEST(SetMaxThreads, OneMoreEndsTheProgram) {
  const tests::ChildResult got = tests::RunProgram(
      [] {
        EXPECT_EQ(debug::SetMaxThreads(3), 10'000);
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        sync::WaitGroup wg;
        for (int i = 0; i < 5; ++i) {
          wg.Add(1);
          go([&] {
            char c = 0;
            syscall::Blocking([&] { return read(ends[0], &c, 1); });
            wg.Done();
          });
        }
        wg.Wait();
      },
      tests::TestWorld::kReal);
  EXPECT_EQ(got.status, 2);
  EXPECT_EQ(
      got.err.rfind("runtime: program exceeds 3-thread limit\nfatal error: thread exhaustion\n", 0),
      0u)
      << got.err;
}

GO_TEST_REAL(Gomaxprocs, IsSetAndAskedFor) {
  const int before = runtime::GOMAXPROCS(0);
  EXPECT_GE(before, 1);
  EXPECT_EQ(runtime::GOMAXPROCS(3), before);
  EXPECT_EQ(runtime::GOMAXPROCS(-1), 3);
  EXPECT_EQ(runtime::GOMAXPROCS(100'000), 3);
  EXPECT_EQ(runtime::GOMAXPROCS(1), 256);
  EXPECT_EQ(runtime::GOMAXPROCS(0), 1);
}

}  // namespace
}  // namespace golab
