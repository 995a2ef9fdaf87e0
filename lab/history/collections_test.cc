#include "lab/history/collections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::GcWatch;
using rt::WaitReason;

constexpr auto kFinalizer = static_cast<std::uint8_t>(GcWatch::kFinalizer);
constexpr auto kCleanup = static_cast<std::uint8_t>(GcWatch::kCleanup);
constexpr std::uint8_t kWaiting = 4;

std::string Violation(const RecordingScript& run) {
  const auto violation = Validate(run.Take(), run.streams());
  return violation ? violation->Text() : "";
}

History Build(const RecordingScript& run) {
  EXPECT_EQ(Violation(run), "");
  return HistoryBuilder::Build({run.Take(), run.out(), run.err(), 0, "", nullptr});
}

std::uint64_t KeptBy(RecordingScript& run, std::uint64_t object, std::uint8_t by, std::uint32_t g,
                     std::uint64_t holder) {
  const rt::GcKept kept{object, holder, g, by, {}};
  return run.Text({reinterpret_cast<const char*>(&kept), sizeof kept});
}

TEST(Collections, AFinalizerFromItsSettingToItsCall) {
  RecordingScript run;
  run.Main().Emit(EventType::kGcNew, 1, 1).Emit(EventType::kGcNew, 1, 2);
  run.Emit(EventType::kCreate, 0, 5, 1).Emit(EventType::kGcWatch, 1, 2, kFinalizer);
  run.Emit(EventType::kGcBegin, 1, 1).Emit(EventType::kGcUnreachable, 0, 2, kFinalizer);
  run.Emit(EventType::kGcEnd, 1, 1).Yield(1).Run(5);
  run.Emit(EventType::kGcCallBegin, 5, 2, kFinalizer).Emit(EventType::kGcCallEnd, 5, 2, kFinalizer);
  run.Block(5, WaitReason::kFinalizerWait).Run(1).MainReturn().Rest().Exit();
  const History h = Build(run);

  const std::vector<WatchedObject> objects = WatchedObjects(h);
  ASSERT_EQ(objects.size(), 1u);  // nothing waits for the other
  EXPECT_EQ(objects[0].number, 2u);
  ASSERT_EQ(objects[0].calls.size(), 1u);
  const EndCall& call = objects[0].calls[0];
  EXPECT_EQ(call.set_by, 1u);
  EXPECT_LT(call.set, call.queued);
  EXPECT_LT(call.queued, call.begun);
  EXPECT_LT(call.begun, call.left);
  EXPECT_EQ(call.taken_back, kNever);

  const std::vector<Collection> all = Collections(h);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].asked);
  EXPECT_LT(all[0].begin, call.queued);
  EXPECT_LT(call.queued, all[0].end);
  ASSERT_NE(FinalizerGoroutine(h), nullptr);
  EXPECT_EQ(FinalizerGoroutine(h)->id, 5u);
}

TEST(Collections, WhatKeepsAnObject) {
  RecordingScript run;
  run.Main().Emit(EventType::kGcNew, 1, 1).Emit(EventType::kGcWatch, 1, 1, kCleanup);
  run.Emit(EventType::kGcBegin, 1, 1);
  run.Emit(EventType::kGcKept, 0, KeptBy(run, 1, 1, 7, 0));
  run.Emit(EventType::kGcEnd, 1, 1).Emit(EventType::kGcBegin, 1, 2, 1);
  run.Emit(EventType::kGcKept, 0, KeptBy(run, 1, 3, 0, 9));
  run.Emit(EventType::kGcEnd, 1, 2).MainReturn().Rest().Exit();
  const History h = Build(run);
  const std::vector<WatchedObject> objects = WatchedObjects(h);
  ASSERT_EQ(objects.size(), 1u);
  ASSERT_EQ(objects[0].kept.size(), 2u);
  EXPECT_EQ(objects[0].kept[0].by, Kept::By::kGoroutine);
  EXPECT_EQ(objects[0].kept[0].g, 7u);
  EXPECT_EQ(objects[0].kept[1].by, Kept::By::kObject);
  EXPECT_EQ(objects[0].kept[1].holder, 9u);
  EXPECT_FALSE(Collections(h)[1].asked);
  EXPECT_EQ(FinalizerGoroutine(h), nullptr);
}

TEST(Collections, AGoroutineIsScannedWhereItWaits) {
  RecordingScript run;
  run.Main().Go(1, 6).Block(1, WaitReason::kWaitGroupWait, 0x10).Run(6);
  run.Emit(EventType::kGcBegin, 6, 1).Emit(EventType::kGcScanBegin, 1, 1, kWaiting);
  run.Yield(6).Run(6).Emit(EventType::kGcScanEnd, 1, 3).Emit(EventType::kGcEnd, 6, 1);
  run.Unblock(6, 1).End(6).Run(1).MainReturn().Rest().Exit();
  const History h = Build(run);
  ASSERT_EQ(h.main().scans.size(), 1u);
  const GcScan& scan = h.main().scans[0];
  EXPECT_EQ(scan.collection, 1u);
  EXPECT_EQ(scan.pointers, 3u);
  EXPECT_FALSE(scan.needed);
  EXPECT_EQ(h.main().At(scan.begin), State::kWaiting);
  EXPECT_EQ(h.main().At(scan.end), State::kWaiting);
}

TEST(Collections, WhatCannotBeIsRefused) {
  const auto violation = [](auto&& what) {
    RecordingScript run;
    run.Main().Go(1, 6).Emit(EventType::kGcNew, 1, 1);
    what(run);
    return Violation(run);
  };
  using testing::HasSubstr;
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcNew, 1, 1); }),
              HasSubstr("object 1 is made twice"));
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcWatch, 1, 2); }),
              HasSubstr("object 2 was never made"));
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcBegin, 1, 2); }),
              HasSubstr("collection 2 comes as number 1"));
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcEnd, 1, 1); }),
              HasSubstr("no collection ends here"));
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcScanBegin, 6, 1, 1); }),
              HasSubstr("outside of a collection"));
  EXPECT_THAT(violation([](RecordingScript& r) {
                r.Emit(EventType::kGcBegin, 1, 1).Emit(EventType::kGcScanBegin, 6, 1, kWaiting);
              }),
              HasSubstr("goroutine 6 is scanned, but has not started"));
  EXPECT_THAT(violation([](RecordingScript& r) {
                r.Emit(EventType::kGcBegin, 1, 1).Emit(EventType::kGcScanBegin, 6, 1, 1);
                r.Yield(1).Run(6);
              }),
              HasSubstr("goroutine 6 is picked to run while it is scanned"));
  EXPECT_THAT(violation([](RecordingScript& r) {
                r.Emit(EventType::kGcBegin, 1, 1).Emit(EventType::kGcScanBegin, 6, 1, 1);
                r.Emit(EventType::kGcEnd, 1, 1);
              }),
              HasSubstr("a collection ends while it scans"));
  EXPECT_THAT(violation([](RecordingScript& r) { r.Emit(EventType::kGcScanEnd, 6, 0); }),
              HasSubstr("outside of a collection"));
}

}  // namespace
}  // namespace golab::lab
