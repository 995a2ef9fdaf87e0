#include "lab/explain/words.h"

#include <algorithm>

namespace golab::lab {
namespace {

constexpr std::string_view kForbidden[] = {
    // who and what
    "thread", "threads", "fiber", "fibers", "coroutine", "coroutines", "process", "processes",
    // states
    "hang", "hangs", "hanging", "stuck", "dies", "died", "dead goroutine", "killed", "zombie",
    // where from
    "spawned from", "parent goroutine", "child goroutine",
    // outcomes
    "wrong", "bad", "illegal", "invalid",
    // chance
    "random", "randomly", "flaky", "sometimes", "interleaving", "luck", "lucky",
    // tone
    "you forgot", "you should have", "simply", "just", "only need to", "obviously", "of course",
    "sorry", "oops", "please", "great", "well done", "golab thinks", "the runtime wants"};

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Blanks what is quoted from '...' or "..." on one line; an apostrophe within a word opens nothing.
void BlankQuotes(std::string* line) {
  for (std::size_t i = 0; i < line->size(); ++i) {
    const char quote = (*line)[i];
    if ((quote != '\'' && quote != '"') || (i > 0 && IsWord((*line)[i - 1]))) continue;
    const std::size_t end = line->find(quote, i + 1);
    if (end == std::string::npos) continue;
    std::fill(line->begin() + static_cast<std::ptrdiff_t>(i),
              line->begin() + static_cast<std::ptrdiff_t>(end) + 1, ' ');
    i = end;
  }
}

// Blanks names of code: words that hold :: or end in ().
void BlankNames(std::string* line) {
  for (std::size_t i = 0; i < line->size();) {
    const std::size_t end = std::min(line->find(' ', i), line->size());
    const std::string_view word = std::string_view(*line).substr(i, end - i);
    if (word.find("::") != std::string_view::npos || word.find("()") != std::string_view::npos ||
        word.find("std-") != std::string_view::npos) {
      std::fill(line->begin() + static_cast<std::ptrdiff_t>(i),
                line->begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    i = end + 1;
  }
}

}  // namespace

std::vector<std::string> ForbiddenWords(std::string_view text,
                                        const std::vector<std::string>& allowed) {
  std::vector<std::string> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    line.resize(std::min(line.find("as Go says it:"), line.size()));
    BlankQuotes(&line);
    BlankNames(&line);
    std::transform(line.begin(), line.end(), line.begin(), Lower);
    for (const auto word : kForbidden) {
      if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) continue;
      for (auto at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
        const bool starts = at == 0 || !IsWord(line[at - 1]);
        const std::size_t after = at + word.size();
        if (starts && (after == line.size() || !IsWord(line[after]))) found.emplace_back(word);
      }
    }
    // "!" alone is a glyph of pictures, != an operator.
    for (auto at = line.find('!'); at != std::string::npos; at = line.find('!', at + 1)) {
      if (at > 0 && IsWord(line[at - 1]) && (at + 1 == line.size() || line[at + 1] == ' '))
        found.emplace_back("!");
    }
  }
  return found;
}

std::vector<std::string> ExplainedTerms(std::string_view text) {
  constexpr std::string_view kOpen = "golab explain ";
  std::vector<std::string> terms;
  for (auto at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at + 1)) {
    std::string_view rest = text.substr(at + kOpen.size());
    const bool quoted = rest.substr(0, 1) == "\"";  // a quoted term may hold spaces and brackets
    if (quoted) rest.remove_prefix(1);
    std::string_view term = rest.substr(0, rest.find_first_of(quoted ? "\"\n" : ")\n ,;"));
    while (!term.empty() && (term.back() == '.' || term.back() == ' ')) term.remove_suffix(1);
    if (!term.empty()) terms.emplace_back(term);
  }
  return terms;
}

}  // namespace golab::lab
