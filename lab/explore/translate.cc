#include "lab/explore/translate.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace golab::lab {
namespace {

constexpr std::size_t kMost = 64;  // a schedule that is not short is told by its seed

/// Calls of the library's own have no line in the program: one name for all of them.
std::string LineOf(const History& h, std::uint64_t pc) {
  std::string line;
  for (const Frame& frame : h.symbols().Lookup(pc, false)) {
    if (frame.own) line += frame.file + ":" + std::to_string(frame.line) + " ";
  }
  return line;
}

/// Decisions of a run with line and ordinal.
std::vector<LineDeviation> LineDecisionsOf(const History& h) {
  std::map<std::uint64_t, std::string> lines;
  std::map<std::tuple<std::uint64_t, std::string, std::uint8_t>, int> counts;
  std::vector<LineDeviation> decisions;
  for (const Decision& decision : DecisionsOf(h)) {
    const rt::Deviation& taken = decision.taken;
    auto [line, is_new] = lines.try_emplace(taken.pc);
    if (is_new) line->second = LineOf(h, taken.pc);
    const int ordinal = ++counts[{taken.path, line->second, taken.kind}];
    decisions.push_back({taken, line->second, ordinal});
  }
  return decisions;
}

bool IsSamePlace(const LineDeviation& a, const LineDeviation& b) {
  return a.taken.path == b.taken.path && a.taken.kind == b.taken.kind && a.line == b.line &&
         a.ordinal == b.ordinal;
}

}  // namespace

std::vector<LineDeviation> LineDeviationsOf(const History& h) {
  const std::vector<rt::Deviation> deviations = DeviationsOf(h);
  std::vector<LineDeviation> named;
  for (LineDeviation& decision : LineDecisionsOf(h)) {
    if (decision.taken.choice == 0) continue;  // by index: Go's order
    if (named.size() == deviations.size()) break;
    decision.taken = deviations[named.size()];
    named.push_back(std::move(decision));
  }
  return named;
}

Result<std::optional<std::vector<rt::Deviation>>> Translate(
    const std::vector<LineDeviation>& schedule, const RunDeviations& run) {
  std::optional<std::vector<rt::Deviation>> translated(std::in_place);
  if (schedule.size() > kMost) return std::nullopt;
  for (const LineDeviation& wanted : schedule) {
    auto so_far = run(*translated);
    if (!so_far) return tl::unexpected(so_far.error());
    if (!so_far->void_because.empty()) return std::nullopt;
    const auto decisions = LineDecisionsOf(so_far->history);
    const auto found =
        std::find_if(decisions.begin(), decisions.end(),
                     [&](const LineDeviation& one) { return IsSamePlace(one, wanted); });
    if (found == decisions.end()) return std::nullopt;
    rt::Deviation deviation = wanted.taken;
    deviation.pc = found->taken.pc;
    deviation.occurrence = found->taken.occurrence;
    deviation.turn = found->taken.turn;
    translated->push_back(deviation);
  }
  return translated;
}

}  // namespace golab::lab
