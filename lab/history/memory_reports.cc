#include "lab/history/memory_reports.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace golab::lab {
namespace {

using rt::EventType;

template <class T>
std::optional<T> Decode(const History& h, std::uint64_t blob) {
  const std::string bytes = h.Blob(blob);
  if (bytes.size() != sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

RaceSide SideOf(const History& h, const rt::RacingAccess& access) {
  const std::uint32_t g = h.Find(access.g) != nullptr ? access.g : 0;
  return {g, access.stack, access.is_write != 0, h.OwnFrame(access.stack)};
}

/// Names of variables as a compiler writes them, and nothing else.
std::string NameOf(const char* text, std::size_t max) {
  const std::string name(text, strnlen(text, max));
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return good ? name : "";
}

}  // namespace

std::vector<Race> RacesOf(const History& h) {
  std::vector<Race> races;
  for (const Moment at : h.EventsOf(EventType::kRace)) {
    const auto seen = Decode<rt::RaceEvidence>(h, h.events()[at].arg);
    if (!seen) continue;
    const Race race{at, seen->address, SideOf(h, seen->now), SideOf(h, seen->before),
                    seen->heap_stack};
    if (race.now.frame.line != 0 || race.before.frame.line != 0) races.push_back(race);
  }
  return races;
}

std::vector<BadAccess> BadAccessesOf(const History& h) {
  std::vector<BadAccess> accesses;
  for (const Moment at : h.EventsOf(EventType::kMemoryFault)) {
    const auto seen = Decode<rt::MemoryFaultEvidence>(h, h.events()[at].arg);
    if (!seen) continue;
    BadAccess& one = accesses.emplace_back();
    one.at = at;
    one.g = h.events()[at].g;
    one.stack = h.events()[at].stack;
    if (seen->fault <= rt::MemoryFault::kBadFree) one.fault = seen->fault;
    one.is_write = seen->is_write != 0;
    one.variable = NameOf(seen->variable, sizeof seen->variable);
    one.variable_line = static_cast<int>(std::min<std::uint32_t>(seen->line, 1'000'000));
    one.function_runs = seen->frame_is_live != 0;
    one.heap_stack = seen->heap_stack;
    one.free_stack = seen->free_stack;
    if (seen->frame_pc == 0) continue;
    const auto frames = h.symbols().Lookup(seen->frame_pc, true);
    if (!frames.empty() && frames.back().own) one.function = frames.back().function;
  }
  return accesses;
}

std::vector<UndefinedOperation> UndefinedOperationsOf(const History& h) {
  std::vector<UndefinedOperation> operations;
  for (const Moment at : h.EventsOf(EventType::kUndefined)) {
    const auto seen = Decode<rt::UndefinedEvidence>(h, h.events()[at].arg);
    if (!seen) continue;
    UndefinedOperation& one = operations.emplace_back();
    one.at = at;
    one.g = h.events()[at].g;
    one.stack = h.events()[at].stack;
    if (seen->what <= rt::Undefined::kPointer) one.what = seen->what;
    one.frame = h.OwnFrame(one.stack);
    // The code behind the call of UBSan may belong to the end of the statement.
    if (one.frame.line != 0 && static_cast<std::uint32_t>(one.frame.line) == seen->line)
      one.frame.column = static_cast<int>(std::min<std::uint32_t>(seen->column, 10'000));
    one.message.assign(seen->message, strnlen(seen->message, sizeof seen->message));
    std::replace_if(
        one.message.begin(), one.message.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    // As UBSan prints it; it keeps it as a sentence.
    if (!one.message.empty() && one.message[0] >= 'A' && one.message[0] <= 'Z')
      one.message[0] += 'a' - 'A';
  }
  return operations;
}

}  // namespace golab::lab
