#include "lab/explore/schedule.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "lab/recording/recording.h"

namespace golab::lab {

using rt::EventType;

namespace {

bool ParseNumber(std::string_view text, int base, std::uint64_t* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// The goroutine's path; 0 for none.
std::uint64_t PathOf(const History& h, std::uint32_t g) {
  const GoroutineLife* life = h.Find(g);
  return life == nullptr ? 0 : life->path;
}

/// Where code or a stack lies says nothing about the schedule.
bool ArgIsAddressOfCode(EventType type) {
  return type == EventType::kStart || type == EventType::kDeferRun;
}

}  // namespace

std::string ScheduleName::Text() const {
  if (systematic) return "d" + std::to_string(seed);
  if (secret == 0) return std::to_string(seed);
  char hex[17];
  const auto end = std::to_chars(hex, hex + sizeof hex, secret, 16).ptr;
  return "0x" + std::string(hex, end) + ":" + std::to_string(seed);
}

Result<ScheduleName> ParseScheduleName(std::string_view text) {
  ScheduleName name;
  std::string_view number = text;
  bool good = true;
  if (text.starts_with('d')) {
    name.systematic = true;
    number.remove_prefix(1);
    good = number != "0";
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    good = text.starts_with("0x") && ParseNumber(text.substr(2, colon - 2), 16, &name.secret);
    number = text.substr(colon + 1);
  }
  if (good && ParseNumber(number, 10, &name.seed)) return name;
  return Failure({.what = "no schedule '" + std::string(text) + "'",
                  .why = "a seed is a number, d and a number from 1, or 0xSECRET:NUMBER",
                  .exit_class = ExitClass::kUsage});
}

std::vector<Decision> DecisionsOf(const History& h) {
  std::vector<Decision> decisions;
  for (const rt::Record& r : h.events()) {
    if (static_cast<EventType>(r.type) != EventType::kPick) continue;
    const rt::PickArg pick = PickArgOf(r.arg);
    Decision& d = decisions.emplace_back();
    d.candidates = pick.candidates;
    d.index = pick.index;
    d.taken.path = PathOf(h, r.g);
    d.taken.pc = r.stack;
    d.taken.occurrence = r.p;
    d.taken.turn = pick.turn;
    d.taken.kind = r.reason;
    d.taken.by_index = 1;
    d.taken.late_timer = pick.late_timer;
    d.taken.used = 0;
    d.taken.choice = pick.index;
  }
  return decisions;
}

std::vector<rt::Deviation> DeviationsOf(const History& h) {
  std::vector<rt::Deviation> deviations;
  for (const rt::Record& r : h.events()) {
    if (static_cast<EventType>(r.type) != EventType::kPick) continue;
    const rt::PickArg pick = PickArgOf(r.arg);
    if (pick.index == 0) continue;
    rt::Deviation d{};
    d.path = PathOf(h, r.g);
    d.pc = r.stack;
    d.occurrence = r.p;
    d.turn = pick.turn;
    d.kind = r.reason;
    d.late_timer = pick.late_timer;
    const bool of_goroutine =
        static_cast<rt::PickKind>(r.reason) != rt::PickKind::kSelect && pick.chosen != 0;
    // A timer that is due, or a case of a select, has no name of its own.
    d.by_index = of_goroutine || pick.late_timer != 0 ? 0 : 1;
    d.choice = of_goroutine ? PathOf(h, pick.chosen) : pick.late_timer != 0 ? 0 : pick.index;
    deviations.push_back(d);
  }
  return deviations;
}

std::uint64_t ScheduleHash(const History& h) {
  std::uint64_t hash = 0;
  const auto add = [&hash](std::uint64_t x) { hash = rt::MixPath(hash ^ x); };
  for (const rt::Record& r : h.events()) {
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kPick) continue;
    add(r.time);
    add(std::uint64_t{r.g} << 32 | std::uint64_t{r.type} << 8 | r.reason);
    if (!ArgIsAddressOfCode(type)) add(r.arg);
  }
  return hash;
}

std::vector<rt::WorkEntry> WeightsOf(std::vector<rt::WorkEntry> work) {
  // A hostile table may hold a path twice, or a circle of parents; sums then stop at its size.
  std::unordered_map<std::uint64_t, std::size_t> index;
  for (std::size_t i = 0; i < work.size(); ++i) index.emplace(work[i].path, i);
  std::vector<std::uint64_t> sums(work.size());
  constexpr int kDeepest = 64;
  for (std::size_t i = 0; i < work.size(); ++i) {
    std::size_t at = i;
    for (int depth = 0; depth < kDeepest; ++depth) {
      sums[at] += work[i].points;
      const auto parent = index.find(work[at].parent);
      if (parent == index.end() || parent->second == at) break;
      at = parent->second;
    }
  }
  for (std::size_t i = 0; i < work.size(); ++i) {
    work[i].points = std::min<std::uint64_t>(sums[i], std::uint64_t{1} << 40);
  }
  std::sort(work.begin(), work.end(),
            [](const rt::WorkEntry& a, const rt::WorkEntry& b) { return a.path < b.path; });
  return work;
}

}  // namespace golab::lab
