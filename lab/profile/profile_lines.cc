#include "lab/profile/profile_lines.h"

#include <algorithm>
#include <cstdio>

#include "lab/explain/width.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

// Without -v.
constexpr std::size_t kMostStacks = 12;
constexpr std::size_t kMostFrames = 8;
constexpr std::size_t kMostCreators = 3;
constexpr std::size_t kMostShrunk = 3;

/// "61,440"
std::string Number(std::int64_t n) {
  const std::string digits = std::to_string(n);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > first && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string Count(std::int64_t n, const char* one, const char* many) {
  return Number(n) + " " + (n == 1 ? one : many);
}

std::string Hex(std::uint64_t address) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

std::string FunctionOf(const ProfileFrame& frame) {
  return frame.function.empty() ? Hex(frame.address) : OneLine(frame.function);
}

std::string PlaceOf(const ProfileFrame& frame) {
  if (frame.file.empty()) return {};
  return OneLine(frame.file) + ":" + std::to_string(frame.line);
}

/// Writes text with an indent; function and place in two columns where they fit.
class Writer {
 public:
  explicit Writer(const Style& style) : style_(style) {}

  Lines lines;

  void Text(int indent, const std::string& text, Tint tint = Tint::kNone) {
    const int room = std::max(style_.width - indent, 10);
    for (const std::string& line : Wrap(text, room, room))
      lines.push_back(TextLine(std::string(static_cast<std::size_t>(indent), ' ')).Add(line, tint));
  }

  void Frame(int indent, const std::string& before, const ProfileFrame& frame,
             const std::string& after = "") {
    const std::string function = before + FunctionOf(frame) + after;
    const std::string place = PlaceOf(frame);
    const int column = std::max(CellWidth(function) + 2, 30);
    if (indent + column + CellWidth(place) > style_.width) {
      Text(indent, function);
      if (!place.empty()) Text(indent + 2, place, Tint::kPlace);
      return;
    }
    TextLine line(std::string(static_cast<std::size_t>(indent), ' '));
    line.Add(place.empty() ? function : PadTo(function, column)).Add(place, Tint::kPlace);
    lines.push_back(std::move(line));
  }

  void Frames(int indent, const std::vector<ProfileFrame>& frames) {
    if (frames.empty()) Text(indent, "(it has not run yet)");
    const bool all = style_.detail > 0 || frames.size() <= kMostFrames + 1;
    const std::size_t shown = all ? frames.size() : kMostFrames;
    for (std::size_t i = 0; i < shown; ++i) Frame(indent, "", frames[i]);
    if (!all)
      Text(indent, "... and " +
                       Count(static_cast<std::int64_t>(frames.size() - shown), "frame", "frames") +
                       " (-v)");
  }

  void Creators(int indent, std::vector<CreationSite> sites) {
    std::stable_sort(sites.begin(), sites.end(), [](const CreationSite& a, const CreationSite& b) {
      return a.count > b.count;
    });
    const bool several = sites.size() > 1;
    const bool all = style_.detail > 0 || sites.size() <= kMostCreators + 1;
    const std::size_t shown = all ? sites.size() : kMostCreators;
    for (std::size_t i = 0; i < shown; ++i)
      Frame(indent, (several ? Number(sites[i].count) + " " : "") + "created by ", sites[i].at);
    if (!all)
      Text(indent, "... and at " + std::to_string(sites.size() - shown) + " other places (-v)");
  }

 private:
  const Style& style_;
};

const char* FormOf(const Profile& profile) {
  switch (profile.form) {
    case ProfileForm::kProto:
      return "proto";
    case ProfileForm::kCounts:
      return "debug=1";
    case ProfileForm::kDump:
      return "debug=2";
  }
  return "";
}

std::string InBrackets(std::string_view state) {
  return state.empty() ? "" : "[" + OneLine(state) + "]";
}

/// The creation site is in dumps alone: where to look for it.
constexpr char kNoCreators[] =
    "who created them is not in these profiles: goroutine?debug=2 has it (golab explain "
    "created-by)";

void Change(const StackChange& change, Writer* writer) {
  const std::int64_t growth = change.Growth();
  const std::string head = (growth > 0 ? "+" : "") + Number(growth);
  TextLine line("  ");
  line.Add(PadTo(head, 6) + " ", Tint::kBold);
  line.Add(Number(change.before) + " -> " + Number(change.after));
  if (!change.state.empty()) line.Add("  " + InBrackets(change.state));
  if (change.moved) line.Add("  its lines have moved");
  writer->lines.push_back(std::move(line));
  writer->Frames(9, change.frames);
  if (growth > 0) writer->Creators(9, change.creators);
}

}  // namespace

Lines ProfileLines(const Profile& profile, const std::string& name, const Style& style) {
  Writer writer(style);
  const std::vector<StackGroup> groups = GroupStacks(profile);
  const ProfileType& type = profile.types.front();
  const std::string total = profile.OfGoroutines()
                                ? Count(profile.Total(), "goroutine", "goroutines")
                                : Number(profile.Total()) + " " + OneLine(type.type) +
                                      (type.unit == "count" ? "" : " (" + OneLine(type.unit) + ")");
  const auto stacks = static_cast<std::int64_t>(groups.size());
  writer.Text(0, OneLine(name) + ": " + total + ", " +
                     Count(stacks, "different stack", "different stacks") + " (" + FormOf(profile) +
                     ")");
  if (style.detail < 0) return writer.lines;
  const bool all = style.detail > 0 || groups.size() <= kMostStacks + 1;
  const std::size_t shown = all ? groups.size() : kMostStacks;
  for (std::size_t i = 0; i < shown; ++i) {
    const StackGroup& group = groups[i];
    TextLine line("  ");
    line.Add(PadTo(Number(group.count), 6) + " ", Tint::kBold).Add(InBrackets(group.state));
    writer.lines.push_back(std::move(line));
    writer.Frames(9, group.frames);
    writer.Creators(9, group.creators);
  }
  if (!all)
    writer.Text(
        2,
        "... and " + Count(stacks - static_cast<std::int64_t>(shown), "stack", "stacks") + " (-v)");
  return writer.lines;
}

Lines DifferenceLines(const ProfileDifference& difference, const Style& style) {
  Writer writer(style);
  const auto& changes = difference.changes;
  const auto grown = static_cast<std::size_t>(std::count_if(
      changes.begin(), changes.end(), [](const StackChange& c) { return c.Growth() > 0; }));
  const std::size_t shrunk = changes.size() - grown;
  writer.Text(0, Number(difference.before) + " -> " +
                     Count(difference.after, "goroutine", "goroutines") + ": " +
                     Count(static_cast<std::int64_t>(grown), "stack", "stacks") + " grew, " +
                     Number(static_cast<std::int64_t>(shrunk)) + " shrank, " +
                     Number(difference.same) + " as before");
  if (style.detail < 0) return writer.lines;
  const bool all = style.detail > 0;
  const std::size_t grown_shown = all || grown <= kMostStacks + 1 ? grown : kMostStacks;
  bool creators_told = false;
  for (std::size_t i = 0; i < grown_shown; ++i) {
    Change(changes[i], &writer);
    creators_told = creators_told || !changes[i].creators.empty();
  }
  if (grown_shown < grown)
    writer.Text(2, "... and " + std::to_string(grown - grown_shown) + " that grew (-v)");
  if (grown > 0 && !creators_told) writer.Text(2, kNoCreators);
  // Those that shrank most stand last.
  const std::size_t shrunk_shown = all || shrunk <= kMostShrunk + 1 ? shrunk : kMostShrunk;
  for (std::size_t i = 0; i < shrunk_shown; ++i) Change(changes[changes.size() - 1 - i], &writer);
  if (shrunk_shown < shrunk)
    writer.Text(2, "... and " + std::to_string(shrunk - shrunk_shown) + " that shrank (-v)");
  return writer.lines;
}

}  // namespace golab::lab
