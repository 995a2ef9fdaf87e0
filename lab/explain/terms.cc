#include "lab/explain/terms.h"

#include <algorithm>

#include "lab/catalogue/suggest.h"
#include "lab/explain/terms_data.h"
#include "lab/explain/words.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

// As compared: small letters, without what people put around a term.
std::string Bare(std::string_view word) {
  for (const std::string_view prefix : {"golab::", "std::"}) {
    if (word.substr(0, prefix.size()) == prefix) word.remove_prefix(prefix.size());
  }
  std::string bare;
  for (const char c : word) {
    if (c == '"' || c == '\'' || c == '[' || c == ']') continue;
    bare += c == '_' && !bare.empty() ? '-'
            : c >= 'A' && c <= 'Z'    ? static_cast<char>(c - 'A' + 'a')
                                      : c;
  }
  while (!bare.empty() && bare.front() == ' ') bare.erase(0, 1);
  while (!bare.empty() && bare.back() == ' ') bare.pop_back();
  // "select (no cases)" is a name with a blank; "stack(true)" is a call.
  const auto call = bare.find('(');
  if (call != std::string::npos && call > 0 && bare[call - 1] != ' ' && bare.back() == ')')
    bare.resize(call);
  for (auto at = bare.find("::"); at != std::string::npos; at = bare.find("::", at))
    bare.replace(at, 2, ".");
  return bare;
}

std::vector<std::string> SplitAliases(const char* aliases) {
  std::vector<std::string> all;
  std::string_view rest = aliases;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('|'), rest.size());
    all.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return all;
}

}  // namespace

const std::vector<TermGroup>& TermGroups() {
  static const std::vector<TermGroup> groups = [] {
    std::vector<TermGroup> all;
    for (const auto& [heading, terms] : TermTables()) {
      all.push_back({heading, terms.data(), terms.data() + terms.size()});
    }
    return all;
  }();
  return groups;
}

namespace {

const Term* FindBare(std::string_view word, const std::string& bare) {
  // Exactly as written, then without regard to case, then under another name: 'Stack' is not
  // 'stack'.
  const Term* by_name = nullptr;
  const Term* by_alias = nullptr;
  for (const auto& group : TermGroups()) {
    for (const Term* term = group.begin; term != group.end; ++term) {
      if (!word.empty() && term->name == word) return term;
      if (by_name == nullptr && Bare(term->name) == bare) by_name = term;
      for (const auto& alias : SplitAliases(term->aliases)) {
        if (by_alias == nullptr && Bare(alias) == bare) by_alias = term;
      }
    }
  }
  return by_name != nullptr ? by_name : by_alias;
}

}  // namespace

const Term* FindTerm(std::string_view word) {
  const std::string bare = Bare(word);
  if (const Term* term = FindBare(word, bare)) return term;
  // "runtime.Gosched": by the function's own name, if that of the package is not part of a term's.
  const auto dot = bare.rfind('.');
  return dot == std::string::npos || dot == 0 ? nullptr : FindBare("", bare.substr(dot + 1));
}

std::string ExplainTerm(std::string_view word, std::string* complaint) {
  if (const Term* term = FindTerm(word)) return term->text;
  std::vector<std::string> words;
  for (const auto& group : TermGroups()) {
    for (const Term* term = group.begin; term != group.end; ++term) words.emplace_back(term->name);
  }
  for (const auto& group : TermGroups()) {
    for (const Term* term = group.begin; term != group.end; ++term) {
      for (auto& alias : SplitAliases(term->aliases)) words.push_back(std::move(alias));
    }
  }
  *complaint = "no term '" + CutText(OneLine(word), 60) + "'" + DidYouMean(Bare(word), words) +
               " (golab explain lists all)";
  return "";
}

std::string ListTerms(int width) {
  std::string text;
  for (const auto& group : TermGroups()) {
    text += std::string(group.heading) + "\n";
    // A quoted name stays whole: its spaces are no places to break.
    std::string line;
    for (const Term* term = group.begin; term != group.end; ++term) {
      std::string name = term->name;
      if (name.find(' ') != std::string::npos) name.insert(0, 1, '"').push_back('"');
      if (!line.empty() && static_cast<int>(line.size() + 2 + name.size()) > width) {
        text += line + "\n";
        line.clear();
      }
      line.append("  ").append(name);
    }
    if (!line.empty()) text += line + "\n";
  }
  return text + "golab explain TERM says more.\n";
}

std::vector<std::string> NextTerms(std::string_view text) {
  const auto at = text.rfind("next: ");
  std::vector<std::string> terms;
  if (at == std::string_view::npos) return terms;
  std::string_view rest = text.substr(at + 6);
  rest = rest.substr(0, rest.find('\n'));
  while (!rest.empty()) {
    auto end = std::min(rest.find(','), rest.size());
    std::string term(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!term.empty() && (term.front() == ' ' || term.front() == '"')) term.erase(0, 1);
    while (!term.empty() && (term.back() == ' ' || term.back() == '"')) term.pop_back();
    if (!term.empty()) terms.push_back(term);
  }
  return terms;
}

std::vector<std::string> UnknownTerms(std::string_view text) {
  std::vector<std::string> unknown;
  for (auto& term : ExplainedTerms(text)) {
    if (FindTerm(term) == nullptr) unknown.push_back(std::move(term));
  }
  return unknown;
}

}  // namespace golab::lab
