#include "lab/profile/fetched_lines.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "lab/explain/width.h"
#include "lab/history/outside.h"
#include "lab/profile/stack_groups.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

constexpr int kIndent = 2;

/// Lines of a page at the left, what they say at the right; below where that does not fit.
class Columns {
 public:
  explicit Columns(const Style& style) : style_(style) {}

  void Head(const std::string& text) { rows_.push_back({text, "", true}); }

  void Row(std::string left, std::string right) {
    rows_.push_back({std::move(left), std::move(right), false});
  }

  Lines Set() const {
    int widest = 0, notes = 0;
    for (const Entry& row : rows_) {
      if (row.is_head || row.note.empty()) continue;
      widest = std::max(widest, CellWidth(row.text));
      notes = std::max(notes, CellWidth(row.note));
    }
    const bool beside = !style_.plain && kIndent + widest + 3 + notes <= style_.width;
    Lines lines;
    for (const Entry& row : rows_) {
      const int indent = row.is_head ? 0 : kIndent;
      if (beside && !row.note.empty()) {
        lines.push_back(TextLine(Blanks(indent) + PadTo(row.text, widest + 3) + row.note));
        continue;
      }
      Wrapped(indent, row.text, &lines);
      if (!row.note.empty()) Wrapped(indent + 4, row.note, &lines);
    }
    return lines;
  }

 private:
  struct Entry {
    std::string text, note;
    bool is_head;
  };

  static std::string Blanks(int n) { return std::string(static_cast<std::size_t>(n), ' '); }

  void Wrapped(int indent, const std::string& text, Lines* lines) const {
    const int room = std::max(style_.width - indent, 10);
    for (const std::string& line : Wrap(text, room, room))
      lines->push_back(TextLine(Blanks(indent) + line));
  }

  const Style& style_;
  std::vector<Entry> rows_;
};

/// The first answer to a request for that page which can be read.
std::optional<Profile> PageOf(const std::vector<Exchange>& all, const std::string& page,
                              ProfileForm form) {
  for (const Exchange& x : all) {
    if (!x.Answered() || x.request.find("/debug/pprof/goroutine" + page) == x.request.npos)
      continue;
    std::string body = x.body;
    if (x.BodyCut()) body.resize(std::min(body.rfind("\n\n"), body.size()));
    auto profile = ReadProfile(std::move(body), page);
    if (profile && profile->form == form && profile->OfGoroutines()) return *std::move(profile);
  }
  return std::nullopt;
}

std::string PlaceOf(const ProfileFrame& frame) {
  const std::string_view name = frame.file.substr(frame.file.rfind('/') + 1);
  return OneLine(name) + ":" + std::to_string(frame.line);
}

void Counted(const Profile& profile, const StackGroup& most, std::size_t groups, Columns* columns) {
  columns->Head("/debug/pprof/goroutine?debug=1: " + std::to_string(profile.Total()) +
                " goroutines, " + std::to_string(groups) + " different stacks");
  columns->Row(std::to_string(most.count) + " @ 0x...", "so many have this very stack:");
  for (const ProfileFrame& frame : most.frames)
    columns->Row("#  " + OneLine(frame.function) + "  " + PlaceOf(frame),
                 &frame == &most.frames.front() ? "where they are, innermost first" : "");
}

void Dumped(const Profile& dump, const StackGroup& most, Columns* columns) {
  const auto one = std::find_if(dump.stacks.begin(), dump.stacks.end(), [&](const auto& stack) {
    return CompareFrames(ShownFrames(stack), most.frames, true) == 0;
  });
  if (one == dump.stacks.end()) return;
  columns->Head("/debug/pprof/goroutine?debug=2: each of them, as");
  columns->Row("goroutine " + std::to_string(one->goroutine) + " [" + OneLine(one->state) + "]:",
               "its number; what it waits for");
  for (const ProfileFrame& frame : one->frames)
    columns->Row(OneLine(frame.function) + "()  " + PlaceOf(frame), "where it is");
  const ProfileFrame& created = one->created_at;
  if (created.function.empty()) return;
  columns->Row("created by " + OneLine(created.function) +
                   (one->creator == 0 ? "" : " in goroutine " + std::to_string(one->creator)),
               "who called go, in which function");
  columns->Row("        " + PlaceOf(created), "the line of that go");
}

/// Sites of all that have the stack: what debug=1 cannot tell.
void Created(const StackGroup& most, Columns* columns) {
  if (most.creators.size() < 2) return;
  columns->Head("who created them: only debug=2 tells");
  std::vector<CreationSite> sites = most.creators;
  std::stable_sort(sites.begin(), sites.end(),
                   [](const CreationSite& a, const CreationSite& b) { return a.count > b.count; });
  if (sites.size() > 8) sites.resize(8);
  for (const CreationSite& site : sites)
    columns->Row(std::to_string(site.count) + " created by " + OneLine(site.at.function),
                 PlaceOf(site.at));
}

}  // namespace

Lines FetchedLines(const History& history, const Style& style) {
  const std::vector<Exchange> all = ExchangesOf(history);
  const auto counts = PageOf(all, "?debug=1", ProfileForm::kCounts);
  const auto dump = PageOf(all, "?debug=2", ProfileForm::kDump);
  Columns columns(style);
  if (counts) {
    const auto groups = GroupStacks(*counts);
    if (!groups.empty()) Counted(*counts, groups.front(), groups.size(), &columns);
  }
  if (dump) {
    const auto groups = GroupStacks(*dump);
    if (!groups.empty()) {
      Dumped(*dump, groups.front(), &columns);
      Created(groups.front(), &columns);
    }
  }
  return columns.Set();
}

}  // namespace golab::lab
