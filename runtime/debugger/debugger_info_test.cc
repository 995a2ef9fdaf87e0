// The table that debuggers read says what the compiler says.

#include "runtime/debugger/debugger_info.h"

#include <cstddef>
#include <cstring>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "runtime/sched/sched.h"

namespace golab::rt {
namespace {

std::map<std::string, DebuggerFact> Facts() {
  std::map<std::string, DebuggerFact> facts;
  for (const DebuggerFact* f = golab_debugger_info; f->name != nullptr; ++f) {
    EXPECT_TRUE(facts.emplace(f->name, *f).second) << f->name;
  }
  return facts;
}

/// What a debugger reads with an offset is the field.
template <class Struct, class Field>
void ExpectField(const std::string& name, Field Struct::*member, Field value, Field other) {
  const auto facts = Facts();
  ASSERT_EQ(facts.count(name), 1u) << name;
  Struct object{};
  for (const Field& wanted : {value, other}) {
    object.*member = wanted;
    Field read;
    std::memcpy(&read, reinterpret_cast<const char*>(&object) + facts.at(name).number, sizeof read);
    EXPECT_EQ(read, wanted) << name;
  }
}

TEST(DebuggerInfo, HasTheOffsetsOfAGoroutine) {
  char bytes[2];
  const ClosureOps ops[2] = {};
  ExpectField<G, void*>("G.sp", &G::sp, bytes, bytes + 1);
  ExpectField<G, std::uint32_t>("G.id", &G::id, 7, 70'000);
  ExpectField<G, Status>("G.status", &G::status, Status::kWaiting, Status::kDead);
  ExpectField<G, WaitReason>("G.reason", &G::reason, WaitReason::kSleep, WaitReason::kSelect);
  ExpectField<G, std::uint8_t>("G.flags", &G::flags, kGStarted, kGSystem);
  ExpectField<G, const ClosureOps*>("G.ops", &G::ops, ops, ops + 1);
  ExpectField<G, char*>("G.stack_top", &G::stack_top, bytes, bytes + 1);
  ExpectField<ClosureOps, const void*>("ClosureOps.target", &ClosureOps::target, bytes, bytes + 1);
  EXPECT_EQ(Facts().at("G.closure").number, offsetof(G, closure));
  EXPECT_EQ(Facts().at("G.size").number, sizeof(G));
  EXPECT_EQ(Facts().at("P.current").number, offsetof(P, current));
}

TEST(DebuggerInfo, FindsTheScheduler) {
  const auto facts = Facts();
  EXPECT_EQ(facts.at("gs").address, &sched.gs);
  EXPECT_EQ(facts.at("gs_used").address, &sched.gs_used);
  EXPECT_EQ(facts.at("next_id").address, &sched.next_id);
  EXPECT_EQ(facts.at("started").address, &sched.started);
  ASSERT_GE(facts.at("ps").number, 1u);
  EXPECT_EQ(facts.at("ps").address, procs.all);
  EXPECT_EQ(facts.at("kMainStack").number, kMainStack);
  EXPECT_EQ(facts.at("kBigSlot").number, kBigSlot);
}

TEST(DebuggerInfo, HasGosWords) {
  const auto facts = Facts();
  const DebuggerFact& statuses = facts.at("status_words");
  const auto* status = static_cast<const char* const*>(statuses.address);
  for (std::size_t i = 0; i < statuses.number; ++i) {
    if (i == 5 || i == 7) continue;  // Go's, which golab has not
    EXPECT_EQ("_G" + std::string(status[i]), GoName(static_cast<Status>(i)));
  }
  const DebuggerFact& reasons = facts.at("wait_reasons");
  EXPECT_EQ(reasons.number, static_cast<std::size_t>(kWaitReasonCount));
  const auto* reason = static_cast<const char* const*>(reasons.address);
  for (int i = 0; i < kWaitReasonCount; ++i)
    EXPECT_STREQ(reason[i], WaitReasonText(static_cast<WaitReason>(i)));
}

}  // namespace
}  // namespace golab::rt
