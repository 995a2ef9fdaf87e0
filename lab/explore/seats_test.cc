#include "lab/explore/seats.h"

#include <barrier>
#include <thread>

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(WorkTogether, CallsOnceAThread) {
  std::atomic<int> calls{0};
  std::barrier all(3);  // each waits for the others: they are at work at once
  WorkTogether(3, nullptr, [&] {
    all.arrive_and_wait();
    ++calls;
  });
  EXPECT_EQ(calls, 3);
}

TEST(WorkTogether, WithoutASeatTheCallerWorksAlone) {
  Seats none(0);
  std::atomic<int> calls{0};
  WorkTogether(8, &none, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(WorkTogether, NoMoreThanThereAreSeats) {
  Seats seats(2);
  std::barrier three(3);
  std::atomic<int> now{0}, most{0}, calls{0};
  WorkTogether(8, &seats, [&] {
    const int at_work = ++now;
    for (int seen = most; seen < at_work && !most.compare_exchange_weak(seen, at_work);) {
    }
    if (++calls <= 3) three.arrive_and_wait();
    --now;
  });
  EXPECT_EQ(most, 3);  // the caller and two
}

TEST(WorkTogether, ALeftSeatIsTaken) {
  Seats seats(0);
  std::barrier both(2);
  std::thread other([&] { seats.Leave(); });
  WorkTogether(2, &seats, [&] { both.arrive_and_wait(); });  // ends only if the other comes
  other.join();
  const std::atomic<bool> over{false};
  EXPECT_TRUE(seats.Take(over));  // who is through leaves its seat
}

TEST(Seats, NobodyWaitsForWhatIsOver) {
  Seats seats(0);
  const std::atomic<bool> over{true};
  EXPECT_FALSE(seats.Take(over));
}

}  // namespace
}  // namespace golab::lab
