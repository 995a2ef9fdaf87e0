// debug=1: "3 @ 0x400010 0x400020", labels, then a line a frame.

#include <algorithm>

#include "lab/profile/parts.h"

namespace golab::lab::profile {
namespace {

constexpr std::string_view kProfile = " profile: total ";
constexpr std::string_view kLabels = "# labels: ";

/// A text as Go quotes it, taken off the beginning of `text`. False: it is none.
bool TakeQuoted(std::string_view* text, std::string_view* out, Profile* profile) {
  if (!text->starts_with('"')) return false;
  const std::size_t end = text->find_first_of("\"\\", 1);
  if (end == text->npos) return false;
  if ((*text)[end] == '"') {
    *out = text->substr(1, end - 1);
    text->remove_prefix(end + 1);
    return true;
  }
  std::string made;
  std::size_t at = 1;
  for (; at < text->size() && (*text)[at] != '"'; ++at) {
    const bool escaped = (*text)[at] == '\\';
    if (escaped && ++at == text->size()) return false;
    const char c = (*text)[at];
    made.push_back(escaped && c == 'n' ? '\n' : escaped && c == 't' ? '\t' : c);
  }
  if (at >= text->size()) return false;
  *out = Keep(std::move(made), profile);
  text->remove_prefix(at + 1);
  return true;
}

/// {"lesson":"leak", "state":"chan receive"}
bool ReadLabels(std::string_view text, Profile* profile) {
  auto& labels = profile->stacks.back().labels;
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  while (!text.starts_with('}')) {
    std::pair<std::string_view, std::string_view> label;
    if (!TakeQuoted(&text, &label.first, profile) || !text.starts_with(':')) return false;
    text.remove_prefix(1);
    if (!TakeQuoted(&text, &label.second, profile)) return false;
    labels.push_back(label);
    if (text.starts_with(", ")) text.remove_prefix(2);
  }
  std::sort(labels.begin(), labels.end());
  return text == "}";
}

/// "#\t0x40000f\tmain.worker+0xf\t\t/l.cc:12", or the address alone.
bool ReadFrame(std::string_view line, ProfileFrame* frame) {
  line = Trimmed(line.substr(1));
  const std::size_t end = line.find_first_of("\t ");
  if (!ReadAddress(line.substr(0, end), &frame->address)) return false;
  if (end == line.npos) return true;
  line = Trimmed(line.substr(end));
  const std::size_t tab = line.find('\t');
  std::string_view function = Trimmed(line.substr(0, tab));
  if (const std::size_t plus = function.rfind("+0x"); plus != function.npos)
    function = function.substr(0, plus);
  frame->function = function;
  return tab == line.npos || ReadPlace(Trimmed(line.substr(tab)), frame);
}

/// The text group by group.
class Reader {
 public:
  explicit Reader(Profile* profile) : profile_(*profile) {}

  /// What is wrong with a line, "" if nothing is.
  const char* TakeLine(std::string_view line) {
    if (Trimmed(line).empty()) return "";
    if (frames_ > kMostProfileFrames) return kTooManyFrames;
    if (line.starts_with('#'))
      return profile_.stacks.empty() ? "no stack is before it" : OfStack(line);
    EndStack();
    return NewStack(line);
  }

  /// Of a stack whose frames are not told, as golab's and Go's always are, addresses are left.
  void EndStack() {
    if (profile_.stacks.empty()) return;
    std::vector<ProfileFrame>& frames = profile_.stacks.back().frames;
    if (!frames.empty()) return;
    for (const std::uint64_t pc : pcs_) frames.push_back({.address = pc});
  }

 private:
  const char* OfStack(std::string_view line) {
    if (line.starts_with(kLabels))
      return ReadLabels(line.substr(kLabels.size()), &profile_) ? "" : "its labels are damaged";
    ProfileFrame frame;
    if (!ReadFrame(line, &frame)) return "it is no frame of a stack";
    profile_.stacks.back().frames.push_back(frame);
    ++frames_;
    return "";
  }

  const char* NewStack(std::string_view line) {
    const std::size_t sign = line.find(" @");
    std::int64_t count = 0;
    if (sign == line.npos || !ReadNumber(line.substr(0, sign), &count) || count < 0)
      return "it is no count of a stack";
    pcs_.clear();
    std::string_view rest = Trimmed(line.substr(sign + 2));
    while (!rest.empty()) {
      const std::size_t end = rest.find(' ');
      std::uint64_t pc = 0;
      if (!ReadAddress(rest.substr(0, end), &pc)) return "it has what is no address";
      pcs_.push_back(pc);
      rest = end == rest.npos ? std::string_view() : Trimmed(rest.substr(end));
    }
    frames_ += pcs_.size();
    profile_.stacks.push_back({.values = {count}});
    return "";
  }

  Profile& profile_;
  std::vector<std::uint64_t> pcs_;
  std::size_t frames_ = 0;
};

}  // namespace

std::string ReadCounts(std::string_view text, Profile* profile) {
  profile->form = ProfileForm::kCounts;
  LineReader lines(text);
  const std::string_view first = lines.Take();
  const std::size_t name = first.find(kProfile);
  std::int64_t total = 0;
  if (!ReadNumber(first.substr(name + kProfile.size()), &total))
    return "line 1: it does not say how many there are";
  profile->types = {{first.substr(0, name), "count"}};
  Reader reader(profile);
  while (!lines.AtEnd()) {
    if (const std::string wrong = reader.TakeLine(lines.Take()); !wrong.empty())
      return lines.Where() + ": " + wrong;
  }
  reader.EndStack();
  if (profile->Total() == total) return {};
  return lines.Where() + ": the counts up to here add up to " + std::to_string(profile->Total()) +
         ", line 1 says " + std::to_string(total) + ": it is cut off";
}

}  // namespace golab::lab::profile
