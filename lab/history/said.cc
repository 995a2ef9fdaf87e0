#include <cctype>

#include "lab/history/questions.h"

namespace golab::lab {

using rt::EventType;
using rt::Record;

namespace {

constexpr std::size_t kLongestLine = 4096;  // of what is matched; bounds the work on hostile output

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

/// A pattern against a text at one place.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view text) : pattern_(pattern), text_(text) {}

  bool MatchAt(std::size_t start);

  std::vector<std::string>& holes() { return holes_; }

 private:
  bool Number();
  bool Word();
  bool Literal(char c);
  /// The literal text of the pattern up to its next hole.
  std::string LiteralFrom(std::size_t at) const;

  const std::string_view pattern_;
  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> holes_;
};

bool Matcher::Number() {
  std::size_t end = at_;
  if (end < text_.size() && text_[end] == '-') ++end;
  const std::size_t digits = end;
  while (end < text_.size() && IsDigit(text_[end])) ++end;
  if (end == digits) return false;
  holes_.emplace_back(text_.substr(at_, end - at_));
  at_ = end;
  return true;
}

bool Matcher::Word() {
  std::size_t end = at_;
  while (end < text_.size() && !IsBlank(text_[end])) ++end;
  if (end == at_) return false;
  holes_.emplace_back(text_.substr(at_, end - at_));
  at_ = end;
  return true;
}

bool Matcher::Literal(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

std::string Matcher::LiteralFrom(std::size_t at) const {
  std::string literal;
  for (; at < pattern_.size(); ++at) {
    if (pattern_[at] == '%') {
      if (at + 1 >= pattern_.size() || pattern_[at + 1] != '%') break;
      ++at;
    }
    literal += pattern_[at];
  }
  return literal;
}

bool Matcher::MatchAt(std::size_t start) {
  at_ = start;
  holes_.clear();
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const char kind = pattern_[i] == '%' && i + 1 < pattern_.size() ? pattern_[++i] : '\0';
    bool fits = false;
    switch (kind) {
      case '\0':
        fits = Literal(pattern_[i]);
        break;
      case 'd':
        fits = Number();
        break;
      case 's':
        fits = Word();
        break;
      case '*': {
        const std::size_t next = text_.find(LiteralFrom(i + 1), at_);
        fits = next != std::string_view::npos;
        if (fits) at_ = next;
        break;
      }
      default:
        fits = Literal(kind);
        break;  // %%
    }
    if (!fits) return false;
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> MatchWithin(std::string_view pattern,
                                                    std::string_view text) {
  text = text.substr(0, kLongestLine);
  const bool word_first = pattern.starts_with("%s");
  const bool number_first = pattern.starts_with("%d");
  Matcher matcher(pattern, text);
  for (std::size_t start = 0; start <= text.size(); ++start) {
    // A hole holds a whole word or number, not the rest of one.
    if (start > 0 && word_first && !IsBlank(text[start - 1])) continue;
    if (start > 0 && number_first && (IsDigit(text[start - 1]) || text[start - 1] == '-')) continue;
    if (matcher.MatchAt(start)) return std::move(matcher.holes());
  }
  return std::nullopt;
}

std::vector<LineMatch> LinesMatching(const History& h, std::string_view pattern) {
  std::vector<LineMatch> found;
  for (const Line& line : h.lines()) {
    if (auto holes = MatchWithin(pattern, line.text)) found.push_back({&line, std::move(*holes)});
  }
  return found;
}

const Line* FirstLine(const History& h, std::string_view pattern) {
  for (const Line& line : h.lines()) {
    if (MatchWithin(pattern, line.text)) return &line;
  }
  return nullptr;
}

std::vector<CountCall> NumGoroutineCalls(const History& h) {
  std::vector<CountCall> calls;
  for (const Moment m : h.EventsOf(EventType::kNumGoroutine)) {
    const Record& r = h.events()[m];
    calls.push_back({m, r.time, r.g, static_cast<std::int64_t>(r.arg), r.stack});
  }
  return calls;
}

std::vector<DumpCall> StackDumps(const History& h) {
  std::vector<DumpCall> calls;
  for (const Moment m : h.EventsOf(EventType::kStackDump)) {
    const Record& r = h.events()[m];
    calls.push_back({m, r.time, r.g, r.reason == 1, h.Blob(r.arg), r.stack});
  }
  return calls;
}

std::vector<DeferRun> DeferRuns(const History& h, std::uint32_t g) {
  std::vector<DeferRun> runs;
  for (const Moment m : h.EventsOf(EventType::kDeferRun)) {
    const Record& r = h.events()[m];
    if (r.g == g) runs.push_back({m, r.time, r.arg, static_cast<rt::UnwindKind>(r.reason)});
  }
  return runs;
}

std::vector<std::string> FlagsDefined(const History& h) {
  std::vector<std::string> names;
  for (const Moment m : h.EventsOf(EventType::kFlag)) names.push_back(h.Blob(h.events()[m].arg));
  return names;
}

std::string PrintedBetween(const History& h, Moment from, Moment to) {
  std::string text;
  for (const Output& output : h.outputs()) {
    if (output.at >= from && output.at <= to) text += output.text;
  }
  return text;
}

}  // namespace golab::lab
