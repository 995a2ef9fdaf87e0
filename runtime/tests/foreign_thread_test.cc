// A plain thread that uses the runtime is told so at once, in every operation: nothing is
// corrupted, nothing hangs.

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {
namespace {

struct Case {
  const char* operation;
  const char* says;
};

class ForeignThread : public testing::TestWithParam<Case> {};

TEST_P(ForeignThread, IsToldThatThisIsNoGoroutine) {
  const ChildResult r = RunChild({FOREIGN_THREAD_PROGRAM, GetParam().operation});
  EXPECT_FALSE(r.timed_out);
  EXPECT_EQ(r.status, 2) << r.err;
  EXPECT_EQ(r.err, std::string("fatal error: ") + GetParam().says + " outside a goroutine\n");
}

INSTANTIATE_TEST_SUITE_P(Operations, ForeignThread,
                         testing::Values(Case{"send", "chan send"}, Case{"receive", "chan receive"},
                                         Case{"close", "close"}, Case{"select", "select"},
                                         Case{"sleep", "sleep"}, Case{"go", "go"},
                                         Case{"gosched", "Gosched"}, Case{"goexit", "Goexit"},
                                         Case{"panic", "panic"}, Case{"wait", "WaitGroup.Wait"}),
                         [](const auto& one) { return std::string(one.param.operation); });

TEST(ForeignThreadFault, SaysWhereItWasAndEndsByItsSignal) {
  const ChildResult r = RunChild({FOREIGN_THREAD_PROGRAM, "fault"});
  EXPECT_EQ(r.status, 128 + SIGSEGV);
  EXPECT_THAT(r.err, testing::StartsWith(
                         "fatal error: unexpected signal during runtime execution\n"
                         "[signal SIGSEGV: segmentation violation code=0x1 addr=0x10 pc=0x"));
  EXPECT_THAT(r.err, testing::HasSubstr("]\n\nruntime stack:\nmain.WriteTo("));
}

}  // namespace
}  // namespace golab::tests
