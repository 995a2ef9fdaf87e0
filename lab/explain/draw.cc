#include "lab/explain/draw.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "lab/explain/width.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr std::size_t kMostRows = 8, kMostSteps = 8;

enum Glyph : std::uint8_t {
  kRunning,
  kReady,
  kWaiting,
  kSystemCall,
  kCreated,
  kEnded,
  kCutOff,
  kFault,
  kGlyphs
};

constexpr struct {
  const char* unicode;
  const char* ascii;
  const char* meaning;
} kGlyph[kGlyphs] = {{"\xe2\x96\x88", "#", "running"}, {"\xe2\x96\x92", "=", "ready"},
                     {"\xe2\x94\x80", "-", "waiting"}, {"\xe2\x96\x93", "S", "system call"},
                     {"\xe2\x97\x8b", "o", "created"}, {"\xe2\x97\x8f", "x", "ended"},
                     {"\xe2\x96\xba", ">", "cut off"}, {"!", "!", "the fault"}};

Glyph GlyphOf(Phase phase) {
  switch (phase) {
    case Phase::kRunning:
      return kRunning;
    case Phase::kReady:
      return kReady;
    case Phase::kWaiting:
      return kWaiting;
    case Phase::kSyscall:
      return kSystemCall;
  }
  return kRunning;
}

const char* Word(Phase phase) {
  switch (phase) {
    case Phase::kRunning:
      return "running";
    case Phase::kReady:
      return "ready";
    case Phase::kWaiting:
      return "waiting";
    case Phase::kSyscall:
      return "in a system call";
  }
  return "";
}

std::string Clean(const std::string& text, const Style& style) {
  const std::string line = OneLine(text);
  return style.unicode ? line : ToAscii(line);
}

// "0.5 s" where tenths are exact, else "0.520 s".
std::string Time(std::uint64_t ns) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, ns % 100'000'000 == 0 ? "%.1f s" : "%.3f s",
                static_cast<double>(ns) / 1e9);
  return buffer;
}

constexpr std::uint64_t kShort = 10'000'000;  // ns

std::string Milliseconds(std::uint64_t ns) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.3f ms", static_cast<double>(ns) / 1e6);
  return buffer;
}

std::string Second(std::uint64_t ns) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.3f", static_cast<double>(ns) / 1e9);
  return buffer;
}

// Places time on cells, and decides which of several states a cell shows.
class Bars {
 public:
  Bars(const Timeline& timeline, std::size_t rows, int cells) : timeline_(timeline), cells_(cells) {
    std::array<double, 4> total{};
    for (std::size_t r = 0; r < rows; ++r) {
      for (const auto& s : timeline.rows[r].segments) {
        total[static_cast<std::size_t>(s.phase)] +=
            static_cast<double>(s.end_ns - std::min(s.begin_ns, s.end_ns)) * timeline.rows[r].count;
      }
    }
    std::array<Phase, 4> order = {Phase::kRunning, Phase::kSyscall, Phase::kReady, Phase::kWaiting};
    std::stable_sort(order.begin(), order.end(), [&](Phase a, Phase b) {
      return total[static_cast<std::size_t>(a)] < total[static_cast<std::size_t>(b)];
    });
    for (int i = 0; i < 4; ++i)
      rarity_[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = i;
  }

  // One glyph a column: before the bar is a column for "created", behind it one for the end.
  std::vector<int> Columns(const TimelineRow& row) const {
    std::vector<int> columns(static_cast<std::size_t>(cells_) + 2, -1);
    std::vector<int> rank(columns.size(), 99);
    for (const auto& s : row.segments) {
      const int first = Cell(s.begin_ns);
      // A stretch that ends where a cell begins is not seen in that cell.
      const int last = s.end_ns > s.begin_ns ? std::max(first, Cell(s.end_ns - 1)) : first;
      for (int c = first; c <= last; ++c) {
        const auto at = static_cast<std::size_t>(c) + 1;
        const int r = rarity_[static_cast<std::size_t>(s.phase)];
        if (r < rank[at]) {
          rank[at] = r;
          columns[at] = GlyphOf(s.phase);
        }
      }
    }
    columns[static_cast<std::size_t>(Cell(row.created_ns))] = kCreated;
    if (row.end != TimelineRow::End::kGoesOn) {
      columns[static_cast<std::size_t>(Cell(row.end_ns)) + 2] =
          row.end == TimelineRow::End::kEnded ? kEnded : kCutOff;
    }
    if (row.fault_ns) columns[static_cast<std::size_t>(Cell(*row.fault_ns)) + 1] = kFault;
    return columns;
  }

 private:
  int Cell(std::uint64_t ns) const {
    const std::uint64_t from = timeline_.begin_ns, to = timeline_.end_ns;
    if (ns <= from || to <= from) return 0;
    const double part = static_cast<double>(ns - from) / static_cast<double>(to - from);
    return std::clamp(static_cast<int>(part * cells_), 0, cells_ - 1);
  }

  const Timeline& timeline_;
  int cells_;
  std::array<int, 4> rarity_{};
};

std::string Entry(int glyph, const Style& style) {
  return std::string(style.unicode ? kGlyph[glyph].unicode : kGlyph[glyph].ascii) + " " +
         kGlyph[glyph].meaning;
}

// The entries in `rows` rows at most, as a block that starts at column `x`; empty if there is no
// room.
std::vector<std::string> LegendBeside(const std::vector<std::string>& entries, std::size_t rows,
                                      int room) {
  for (std::size_t across = 1; across <= entries.size(); ++across) {
    const std::size_t down = (entries.size() + across - 1) / across;
    if (down > rows) continue;
    std::vector<int> width(across, 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      width[i % across] = std::max(width[i % across], CellWidth(entries[i]) + 2);
    }
    int sum = -2;
    for (const int w : width) sum += w;
    if (sum > room) return {};  // more across would be wider still
    std::vector<std::string> lines(down);
    for (std::size_t i = 0; i < entries.size(); ++i)
      lines[i / across] += PadTo(entries[i], width[i % across]);
    return lines;
  }
  return {};
}

}  // namespace

Lines DrawTimeline(const Timeline& timeline, const Style& style) {
  Lines lines;
  if (timeline.rows.empty()) return lines;
  const std::size_t rows =
      style.detail > 0 ? timeline.rows.size() : std::min(kMostRows, timeline.rows.size());
  int label_width = 0, tail_width = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    label_width = std::max(label_width, CellWidth(Clean(timeline.rows[r].label, style)));
    tail_width = std::max(tail_width, CellWidth(Clean(timeline.rows[r].tail, style)));
  }
  label_width = std::min(label_width, style.width / 3);
  int cells = std::clamp(style.width - 40, 12, 60);
  const int room = style.width - 2 - label_width - 1 - 2 - (tail_width > 0 ? tail_width + 1 : 0);
  cells = std::max(8, std::min(cells, room));

  const Bars bars(timeline, rows, cells);
  std::array<bool, kGlyphs> used{};
  int right = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    const TimelineRow& row = timeline.rows[r];
    std::vector<int> columns = bars.Columns(row);
    while (!columns.empty() && columns.back() < 0) columns.pop_back();
    std::string text = "  " + PadTo(Front(Clean(row.label, style), label_width), label_width) + " ";
    for (const int glyph : columns) {
      if (glyph >= 0) used[static_cast<std::size_t>(glyph)] = true;
      text += glyph < 0 ? " " : style.unicode ? kGlyph[glyph].unicode : kGlyph[glyph].ascii;
    }
    if (!row.tail.empty()) text += " " + Clean(row.tail, style);
    right = std::max(right, CellWidth(text));
    lines.emplace_back(text);
  }
  const int bar = 2 + label_width + 2;  // the first cell
  // What takes a few milliseconds of real time would begin and end at 0.000 s.
  const std::uint64_t span = timeline.end_ns - timeline.begin_ns;
  const auto time = [span](std::uint64_t ns) {
    return span > 0 && span < kShort ? Milliseconds(ns) : Time(ns);
  };
  const std::string end = time(timeline.end_ns);
  std::string axis = std::string(static_cast<std::size_t>(bar), ' ') + time(timeline.begin_ns);
  axis = PadTo(axis, std::max(CellWidth(axis) + 1, bar + cells - CellWidth(end))) + end;
  lines.emplace_back(axis);

  std::vector<std::string> entries;
  for (const int glyph :
       {kCreated, kEnded, kRunning, kWaiting, kReady, kSystemCall, kCutOff, kFault}) {
    if (used[static_cast<std::size_t>(glyph)]) entries.push_back(Entry(glyph, style));
  }
  right = std::max(right, CellWidth(axis)) + 3;
  const auto beside = LegendBeside(entries, lines.size(), style.width - right);
  for (std::size_t i = 0; i < beside.size(); ++i) {
    lines[i] = TextLine(PadTo(lines[i].Text(), right) + beside[i]);
  }
  if (beside.empty()) {
    std::string text;
    for (const auto& entry : entries) {
      if (!text.empty() && CellWidth(text) + 3 + CellWidth(entry) > style.width - 2) {
        lines.emplace_back("  " + text);
        text.clear();
      }
      text += (text.empty() ? "" : "   ") + entry;
    }
    if (!text.empty()) lines.emplace_back("  " + text);
  }
  if (rows < timeline.rows.size()) {
    lines.emplace_back("  ... " + std::to_string(timeline.rows.size() - rows) + " more (-v)");
  }
  return lines;
}

Lines DrawStory(const Story& story, const Style& style) {
  Lines lines;
  const std::size_t steps = style.detail > 0 ? story.size() : std::min(kMostSteps, story.size());
  int when_width = 0, who_width = 0, where_width = 0;
  for (std::size_t i = 0; i < steps; ++i) {
    when_width = std::max(when_width, CellWidth(Clean(story[i].when, style)));
    who_width = std::max(who_width, CellWidth(Clean(story[i].who, style)));
    where_width = std::max(where_width, CellWidth(Clean(story[i].where, style)));
  }
  who_width = std::min(who_width, style.width / 3);
  for (std::size_t i = 0; i < steps; ++i) {
    const std::string where = Clean(story[i].where, style), what = Clean(story[i].what, style);
    const std::string who(Front(Clean(story[i].who, style), style.width - 8));
    TextLine head("    " + PadTo(std::to_string(i + 1), steps > 9 ? 2 : 1) + "  ");
    if (when_width > 0) head.Add(PadTo(Clean(story[i].when, style), when_width) + "  ");
    if (style.narrow()) {
      head.Add(who);
      lines.push_back(head);
      for (const auto& part : Wrap(what, style.width - 7, style.width - 7))
        lines.emplace_back("       " + part);
      if (!where.empty()) lines.push_back(TextLine("       ").Add(where, Tint::kPlace));
      continue;
    }
    head.Add(PadTo(who, who_width) + "  ");
    const int at = head.Width();
    const int room = style.width - at;
    const bool beside = !where.empty() && CellWidth(what) + 2 + where_width <= room;
    const auto wrapped = Wrap(what, room, room);
    head.Add(wrapped[0]);
    if (beside) {
      const int gap = style.width - where_width - head.Width();
      head.Add(std::string(static_cast<std::size_t>(gap), ' ')).Add(where, Tint::kPlace);
    }
    lines.push_back(head);
    const std::string indent(static_cast<std::size_t>(at), ' ');
    for (std::size_t w = 1; w < wrapped.size(); ++w) lines.emplace_back(indent + wrapped[w]);
    if (!beside && !where.empty()) {
      TextLine& last = lines.back();
      if (last.Width() + 2 + CellWidth(where) <= style.width) {
        last.Add("  ").Add(where, Tint::kPlace);
      } else {
        lines.push_back(TextLine(indent).Add(where, Tint::kPlace));
      }
    }
  }
  if (steps < story.size())
    lines.emplace_back("    ... " + std::to_string(story.size() - steps) + " more (-v)");
  return lines;
}

Lines DrawSites(const Sites& sites, const Style& style) {
  Lines lines;
  if (sites.empty()) return lines;
  TextLine line("  by creation site:");
  const std::string indent(static_cast<std::size_t>(line.Width()), ' ');
  bool first = true;
  for (const auto& site : sites) {
    const std::string count = std::to_string(site.count) + " x ", where = Clean(site.where, style);
    if (style.narrow() || line.Width() + 4 + CellWidth(count + where) > style.width) {
      lines.push_back(line);
      line = TextLine(style.narrow() ? "  " : indent);
      first = true;
    }
    line.Add(first ? "  " : "    ").Add(count).Add(where, Tint::kPlace);
    first = false;
  }
  lines.push_back(line);
  return lines;
}

Lines TellTimeline(const Timeline& timeline) {
  constexpr std::size_t kMostStretches = 6;
  Lines lines;
  for (std::size_t r = 0; r < timeline.rows.size() && r < kMostRows; ++r) {
    const TimelineRow& row = timeline.rows[r];
    const std::string label = OneLine(row.label);
    const bool numbered = label.rfind("goroutine ", 0) == 0;
    std::string text = row.count > 1 ? "Goroutines, " + label
                       : numbered    ? "G" + label.substr(1)
                                     : "Goroutine " + label;
    text += ": created at " + Second(row.created_ns);
    std::size_t told = 0;
    for (const auto& s : row.segments) {
      if (told++ == kMostStretches) {
        text += ", and " + std::to_string(row.segments.size() - kMostStretches) + " more changes";
        break;
      }
      text += std::string(told == 1 ? ", " : ", then ") + Word(s.phase);
      text += s.end_ns > s.begin_ns ? " from " + Second(s.begin_ns) + " to " + Second(s.end_ns)
                                    : " at " + Second(s.begin_ns);
    }
    if (!row.tail.empty()) text += ", in " + OneLine(row.tail);
    if (row.end == TimelineRow::End::kEnded) text += ", ended at " + Second(row.end_ns);
    if (row.end == TimelineRow::End::kCutOff)
      text += ", cut off at " + Second(row.end_ns) + " by main's end";
    if (row.fault_ns) text += ", the fault at " + Second(*row.fault_ns);
    lines.emplace_back(text + ".");
  }
  if (timeline.rows.size() > kMostRows) {
    lines.emplace_back("Goroutines: " + std::to_string(timeline.rows.size() - kMostRows) +
                       " more (-v).");
  }
  return lines;
}

Lines TellStory(const Story& story) {
  Lines lines;
  int number = 0;
  for (const auto& step : story) {
    std::string text = "Step " + std::to_string(++number) + ": ";
    if (!step.when.empty()) text += "at " + OneLine(step.when) + ", ";
    text += OneLine(step.who) + ": " + OneLine(step.what);
    if (!step.where.empty()) text += ", at " + OneLine(step.where);
    lines.emplace_back(text + ".");
  }
  return lines;
}

Lines TellSites(const Sites& sites) {
  Lines lines;
  for (const auto& site : sites) {
    lines.emplace_back("Creation site: " + std::to_string(site.count) + " goroutine" +
                       (site.count == 1 ? "" : "s") + " created at " + OneLine(site.where) + ".");
  }
  return lines;
}

}  // namespace golab::lab
