#include "runtime/event/event_log.h"

#include <cstring>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

/// A map of a few records in private memory.
class EventLogTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kRecords = 8;

  EventLogTest()
      : memory_(4096 + kRecords * sizeof(Record) + 32 * 8 + 64),
        log_(std::make_unique<EventLog>()) {
    header_ = reinterpret_cast<Header*>(memory_.data());
    header_->records = Area{4096, kRecords, 0};
    header_->stacks = Area{4096 + kRecords * sizeof(Record), 32, 0};
    header_->blobs = Area{4096 + kRecords * sizeof(Record) + 32 * 8, 64, 0};
  }

  Record At(std::uint64_t i) const {
    Record r;
    std::memcpy(&r, memory_.data() + 4096 + (i % kRecords) * sizeof(Record), sizeof r);
    return r;
  }

  void Append(std::uint64_t arg) {
    Record r;
    r.arg = arg;
    log_->Append(r);
  }

  alignas(64) std::vector<char> memory_;
  Header* header_;
  std::unique_ptr<EventLog> log_;
};

TEST_F(EventLogTest, OverwritesTheOldestOutsideALab) {
  log_->Attach(header_, /*stop_when_full=*/false);
  for (std::uint64_t i = 0; i < 20; ++i) Append(i);
  EXPECT_EQ(header_->records.used, 20u);
  EXPECT_EQ(header_->truncated, 0u);
  EXPECT_EQ(At(19).arg, 19u);
  EXPECT_EQ(At(12).arg, 12u);
}

TEST_F(EventLogTest, KeepsTheFirstAndSaysSoInALab) {
  log_->Attach(header_, /*stop_when_full=*/true);
  for (std::uint64_t i = 0; i < 20; ++i) Append(i);
  EXPECT_EQ(header_->records.used, kRecords);
  EXPECT_EQ(header_->truncated & 1u, 1u);
  EXPECT_EQ(At(0).arg, 0u);
}

TEST_F(EventLogTest, GoesOnWhereTheReaderHasTakenOut) {
  log_->Attach(header_, /*stop_when_full=*/true);
  for (std::uint64_t i = 0; i < kRecords; ++i) Append(i);
  header_->consumed = 5;
  for (std::uint64_t i = kRecords; i < kRecords + 5; ++i) Append(i);
  EXPECT_EQ(header_->records.used, kRecords + 5);
  EXPECT_EQ(header_->truncated, 0u);
  EXPECT_EQ(At(12).arg, 12u);
}

TEST_F(EventLogTest, WritesEachStackOnce) {
  log_->Attach(header_, true);
  const std::uint64_t pcs[] = {0x10, 0x20, 0x30};
  log_->KnowStack(77, pcs, 3);
  log_->KnowStack(77, pcs, 3);
  EXPECT_EQ(header_->stacks.used, 5u);
  log_->KnowStack(78, pcs, 2);
  EXPECT_EQ(header_->stacks.used, 9u);
}

TEST_F(EventLogTest, NotesStacksAndTextsThatDoNotFit) {
  log_->Attach(header_, true);
  const std::uint64_t pcs[30] = {};
  log_->KnowStack(1, pcs, 30);
  EXPECT_EQ(header_->truncated, 0u);
  log_->KnowStack(2, pcs, 1);
  EXPECT_EQ(header_->truncated, 2u);
  const std::string text(100, 'x');
  const std::uint64_t arg = log_->AddBlob(text.data(), text.size());
  BlobRef ref;
  std::memcpy(&ref, &arg, sizeof ref);
  EXPECT_EQ(ref.size, 64u);
  EXPECT_EQ(header_->truncated, 6u);
}

}  // namespace
}  // namespace golab::rt
