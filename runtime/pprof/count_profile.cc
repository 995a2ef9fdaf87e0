#include "runtime/pprof/count_profile.h"

#include <algorithm>
#include <numeric>

#include "runtime/pprof/profile_builder.h"

namespace golab::rt {
namespace {

constexpr std::size_t kTab = 8;

/// Characters of a UTF-8 text.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

struct FrameLine {
  std::string address;
  std::string function;  ///< empty: nothing is known
  std::string place;
};

/// Go's text/tabwriter with the settings of runtime/pprof: a cell ends at the next tab stop that
/// leaves all cells of its column room, a tab at least.
void PutCell(ChunkedWriter& out, std::string_view text, std::size_t widest) {
  const std::size_t stop = (widest + 1 + kTab - 1) / kTab * kTab;
  out << text << std::string((stop - Width(text) + kTab - 1) / kTab, '\t');
}

/// A run of lines that all have three cells: they share their columns.
void PutAligned(ChunkedWriter& out, const FrameLine* begin, const FrameLine* end) {
  std::size_t address = 0;
  std::size_t function = 0;
  for (const FrameLine* line = begin; line != end; ++line) {
    address = std::max(address, Width(line->address));
    function = std::max(function, Width(line->function));
  }
  for (const FrameLine* line = begin; line != end; ++line) {
    out << "#\t";
    PutCell(out, line->address, address);
    PutCell(out, line->function, function);
    out << line->place << '\n';
  }
}

FrameLine LineOf(const ShownFrame& shown) {
  FrameLine line;
  const std::uintptr_t pc = shown.pc - 1;
  line.address = HexText(pc);
  if (shown.frame == nullptr) return line;
  const Frame& frame = *shown.frame;
  // The cold piece of a function may lie before its start.
  const std::uintptr_t offset = pc > frame.function_start ? pc - frame.function_start : 0;
  line.function = std::string(frame.function) + "+" + HexText(offset);
  line.place = std::string(frame.file) + ":" + std::to_string(frame.line);
  return line;
}

struct Group {
  const CountedStack* stack;
  std::string text;
};

std::string KeyText(const CountedStack& stack) {
  std::string text = AddressText(stack.pcs, stack.depth);
  if (stack.labels != nullptr) text += "\n# labels: " + LabelText(*stack.labels);
  return text;
}

std::vector<Group> Sorted(const std::vector<CountedStack>& stacks, Pacer& pacer) {
  std::vector<Group> groups;
  groups.reserve(stacks.size());
  for (const CountedStack& stack : stacks) {
    groups.push_back({&stack, KeyText(stack)});
    pacer.Step();
  }
  std::sort(groups.begin(), groups.end(), [&pacer](const Group& a, const Group& b) {
    pacer.Step();
    return a.stack->count != b.stack->count ? a.stack->count > b.stack->count : a.text < b.text;
  });
  return groups;
}

}  // namespace

std::string AddressText(const std::uintptr_t* pcs, std::size_t depth) {
  std::string text = "@";
  for (std::size_t i = 0; i < depth; ++i) text += " " + HexText(pcs[i]);
  return text;
}

void WriteFrameLines(ChunkedWriter& out, const std::uintptr_t* pcs, std::size_t depth,
                     NameCache& names, bool all) {
  if (depth == 0) {  // what Go says of a stack without frames
    out << "#\t0x0\n\n";
    return;
  }
  std::vector<FrameLine> lines;
  for (const ShownFrame& shown : ShownFrames(pcs, depth, names, all))
    lines.push_back(LineOf(shown));
  const auto is_named = [](const FrameLine& line) { return !line.function.empty(); };
  for (auto at = lines.begin(); at != lines.end();) {
    const auto end = std::find_if_not(at, lines.end(), is_named);
    PutAligned(out, &*at, &*at + (end - at));
    at = end;
    for (; at != lines.end() && !is_named(*at); ++at) out << "#\t" << at->address << '\n';
  }
  out << '\n';
}

Error WriteCountProfile(const io::Writer& to, int debug, std::string_view name,
                        const std::vector<CountedStack>& stacks, Pacer& pacer) {
  NameCache names;
  const std::vector<Group> groups = Sorted(stacks, pacer);
  if (debug > 0) {
    ChunkedWriter out(to);
    const auto total = std::accumulate(stacks.begin(), stacks.end(), std::uint64_t{0},
                                       [](auto sum, const auto& s) { return sum + s.count; });
    (out << name << " profile: total ").Decimal(total) << '\n';
    for (const Group& group : groups) {
      out.Decimal(group.stack->count) << ' ' << group.text << '\n';
      WriteFrameLines(out, group.stack->pcs, group.stack->depth, names, false);
      pacer.Look();
    }
    return out.Finish();
  }
  ProfileBuilder builder(names, pacer);
  builder.SetPeriod({name, "count"}, 1);
  builder.AddSampleType({name, "count"});
  for (const Group& group : groups) {
    builder.AddSample(group.stack->pcs, group.stack->depth, {group.stack->count},
                      group.stack->labels);
    pacer.Look();
  }
  return builder.WriteTo(to);
}

}  // namespace golab::rt
