// debug=2 and crash dumps: "goroutine 7 [chan receive, 3 minutes]:", two lines a frame. Text
// before, between and after goroutines is passed over, as it stands in logs.

#include "lab/profile/parts.h"

namespace golab::lab::profile {
namespace {

bool ReadHeader(std::string_view line, ProfileStack* g) {
  constexpr std::string_view kWord = "goroutine ", kScan = " (scan)";
  if (!line.starts_with(kWord) || !line.ends_with("]:")) return false;
  line = line.substr(kWord.size(), line.size() - kWord.size() - 2);
  const std::size_t open = line.find('[');
  // Between the id and the state stand gp=, m=, mp= if the program was told to say more.
  if (open == line.npos || !ReadNumber(line.substr(0, line.find(' ')), &g->goroutine)) return false;
  std::string_view words = line.substr(open + 1);
  for (bool is_first = true; !words.empty(); is_first = false) {
    const std::size_t comma = words.find(", ");
    std::string_view word = words.substr(0, comma);
    words = comma == words.npos ? std::string_view() : words.substr(comma + 2);
    if (is_first) {
      if (word.ends_with(kScan)) word.remove_suffix(kScan.size());
      g->state = word;
    } else if (word == "locked to thread") {
      g->locked = true;
    } else if (word.ends_with(" minutes")) {
      (void)ReadNumber(word.substr(0, word.size() - 8), &g->minutes);
    }
  }
  g->values = {1};
  return true;
}

/// The line below a function's: "/src/main.cc:12 +0x1a".
bool ReadPlaceLine(std::string_view line, ProfileFrame* frame) {
  for (const std::string_view extra : {" fp=0x", " +0x"}) {
    if (const std::size_t at = line.rfind(extra); at != line.npos) line = line.substr(0, at);
  }
  return ReadPlace(line, frame);
}

/// "main.(*T).run(0x1, {...})": what follows the name is in the last parentheses that balance.
std::string_view WithoutArguments(std::string_view line) {
  if (!line.ends_with(')')) return line;
  int depth = 0;
  for (std::size_t at = line.size(); at-- > 0;) {
    if (line[at] == ')') ++depth;
    if (line[at] == '(' && --depth == 0) return line.substr(0, at);
  }
  return line;
}

/// A line that stands among the frames and is none.
bool IsNote(std::string_view line) {
  return line.starts_with("...") || line.starts_with("goroutine running on other thread") ||
         line.starts_with("[originating from");
}

/// "created by main.main in goroutine 1"; `place` is the line below.
void ReadCreation(std::string_view function, ProfileFrame place, ProfileStack* g) {
  constexpr std::string_view kIn = " in goroutine ";
  if (const std::size_t in = function.rfind(kIn); in != function.npos) {
    if (!ReadNumber(function.substr(in + kIn.size()), &g->creator)) g->creator = 0;
    function = function.substr(0, in);
  }
  place.function = function;
  g->created_at = place;
}

}  // namespace

std::string ReadDump(std::string_view text, Profile* profile) {
  constexpr std::string_view kCreated = "created by ";
  profile->form = ProfileForm::kDump;
  profile->types = {{"goroutine", "count"}};
  bool inside = false;
  std::size_t frames = 0;
  int header = 0;  // the line of the last one, as long as nothing followed it
  LineReader lines(text);
  while (!lines.AtEnd()) {
    const std::string_view line = Trimmed(lines.Take());
    if (ProfileStack g; ReadHeader(line, &g)) {
      profile->stacks.push_back(std::move(g));
      inside = true;
      header = lines.number();
      continue;
    }
    header = 0;
    if (line.empty()) inside = false;
    if (!inside || IsNote(line)) continue;
    ProfileStack& g = profile->stacks.back();
    LineReader below = lines;
    const std::string_view next = below.AtEnd() ? std::string_view() : below.Take();
    ProfileFrame frame;
    const bool has_place = ReadPlaceLine(Trimmed(next), &frame);
    if (has_place) lines = below;
    // Only the end of the text breaks a stack off; elsewhere it is another text that begins.
    if (!has_place && below.AtEnd() && (line.ends_with(')') || line.starts_with(kCreated)) &&
        (next.empty() || next.starts_with('\t') || next.starts_with(' ')))
      return below.Where() + ": it is cut off within the stack of goroutine " +
             std::to_string(g.goroutine);
    if (line.starts_with(kCreated)) {
      ReadCreation(line.substr(kCreated.size()), frame, &g);
      inside = false;
    } else if (has_place) {
      if (++frames > kMostProfileFrames) return lines.Where() + ": " + kTooManyFrames;
      frame.function = WithoutArguments(line);
      g.frames.push_back(frame);
    } else {
      inside = false;  // "exit status 2" right after the last
    }
  }
  if (profile->stacks.empty()) return "no goroutine is in it";
  if (header == 0) return {};
  return lines.Where() + ": it is cut off before the stack of goroutine " +
         std::to_string(profile->stacks.back().goroutine);
}

}  // namespace golab::lab::profile
