// News of a descriptor that is closed by now, whose PollDesc and number somebody else has.

#include "runtime/net/poll_desc.h"

#include <gtest/gtest.h>

#include "runtime/sched/sched.h"

namespace golab::rt {
namespace {

TEST(PollDesc, LateNewsDoesNotReachWhoComesNext) {
  PollDesc* const d = PollDesc::Take();
  ASSERT_NE(d, nullptr);
  const std::uint32_t old = d->tag();
  d->Release();
  PollDesc* const next = PollDesc::Take();
  ASSERT_EQ(next, d) << "the one that was given back last";
  EXPECT_NE(next->tag(), old);
  GList woken;
  next->Tell(old, kNetReadable | kNetWritable | kNetHangUp, &woken);
  EXPECT_FALSE(next->hung_up());
  EXPECT_TRUE(woken.Empty());
  next->Tell(next->tag(), kNetHangUp, &woken);
  EXPECT_TRUE(next->hung_up());
  next->Release();
}

TEST(PollDesc, ATagIsNotMetAgainSoon) {
  PollDesc* const d = PollDesc::Take();
  const std::uint32_t first = d->tag();
  d->Release();
  for (std::uint32_t i = 1; i <= PollDesc::kTagMask; ++i) {
    PollDesc* const again = PollDesc::Take();
    ASSERT_EQ(again, d);
    ASSERT_NE(again->tag(), first) << i;
    again->Release();
  }
  PollDesc* const round = PollDesc::Take();
  EXPECT_EQ(round->tag(), first);  // 16 bits: after 65,536 closes of one number
  round->Release();
}

TEST(PollDesc, WhatHungUpIsNewWhenItIsTakenAgain) {
  PollDesc* d = PollDesc::Take();
  GList woken;
  d->Tell(d->tag(), kNetHangUp, &woken);
  d->Evict(&woken);
  EXPECT_TRUE(d->closing());
  EXPECT_EQ(d->Check(Direction::kRead), Awaited::kClosing);
  d->Release();
  d = PollDesc::Take();
  EXPECT_FALSE(d->hung_up());
  EXPECT_FALSE(d->closing());
  EXPECT_EQ(d->Check(Direction::kRead), Awaited::kReady);
  EXPECT_EQ(d->Check(Direction::kWrite), Awaited::kReady);
  d->Release();
}

}  // namespace
}  // namespace golab::rt
