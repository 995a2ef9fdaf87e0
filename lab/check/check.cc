#include "lab/check/check.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "lab/catalogue/duration.h"
#include "lab/check/text_template.h"

namespace golab::lab {
namespace {

/// A fault of golab's own tables, not of a submission.
[[noreturn]] void BadCheck(const std::string& what) {
  std::fprintf(stderr, "golab: a check asks for %s\n", what.c_str());
  std::exit(4);
}

const std::string& Param(const Evidence& evidence, const std::string& name) {
  const auto it = evidence.params.find(name);
  if (it == evidence.params.end())
    BadCheck("parameter '" + name + "', which its task does not have");
  return it->second;
}

/// `word` is one of the words of a list that is separated by spaces.
bool Lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t space = list.find(' ');
    if (list.substr(0, space) == word) return true;
    if (space == std::string_view::npos) break;
    list.remove_prefix(space + 1);
  }
  return false;
}

Finding Of(Outcome outcome) {
  Finding finding;
  finding.outcome = outcome;
  return finding;
}

}  // namespace

long Evidence::Int(const std::string& name) const {
  return std::atol(Param(*this, name).c_str());
}

std::uint64_t Evidence::DurationNs(const std::string& name) const {
  const std::string& text = Param(*this, name);
  const auto ns = ParseDuration(text);
  if (!ns || *ns < 0) BadCheck("parameter '" + name + "' as a duration; it is '" + text + "'");
  return static_cast<std::uint64_t>(*ns);
}

bool Evidence::Bool(const std::string& name) const {
  return Param(*this, name) == "true";
}

Finding& Finding::Set(const std::string& key, const std::string& value) {
  values[key] = value;
  return *this;
}

Finding& Finding::Set(const std::string& key, std::int64_t value) {
  return Set(key, std::to_string(value));
}

Finding& Finding::Expected(std::string text) {
  expected = std::move(text);
  return *this;
}

Finding& Finding::Actual(std::string text) {
  actual = std::move(text);
  return *this;
}

Finding& Finding::At(Moment m) {
  at = m;
  return *this;
}

Finding& Finding::ExpectAlive(std::int64_t count, Moment m) {
  alive = {count, m};
  return *this;
}

Finding& Finding::Lists(std::vector<std::string> expected_items,
                        std::vector<std::string> actual_items) {
  expected_list = std::move(expected_items);
  actual_list = std::move(actual_items);
  return *this;
}

Finding& Finding::Show(Picture p) {
  picture = p;
  return *this;
}

Finding& Finding::Blame(const GoroutineLife& g) {
  goroutines.push_back(g.id);
  return *this;
}

Finding& Finding::PlaceOf(const History& h, std::uint64_t stack_id, std::string role,
                          std::string label, std::uint32_t goroutine) {
  return PlaceAt(h.OwnFrame(stack_id), std::move(role), std::move(label), goroutine);
}

Finding& Finding::PlaceAt(const Frame& frame, std::string role, std::string label,
                          std::uint32_t goroutine) {
  if (frame.line == 0) return *this;
  Place place;
  place.role = std::move(role);
  place.file = frame.file;
  place.line = frame.line;
  place.column = frame.column;
  place.goroutine = goroutine;
  place.label = std::move(label);
  places.push_back(std::move(place));
  return *this;
}

Finding& Finding::Note(std::string text) {
  note = std::move(text);
  return *this;
}

Finding& Finding::Context(std::string text) {
  context = std::move(text);
  return *this;
}

Finding& Finding::GoSays(std::string text) {
  go_says = std::move(text);
  return *this;
}

Finding Pass(std::string fact) {
  Finding finding = Of(Outcome::kPass);
  finding.fact = std::move(fact);
  return finding;
}

Finding Fail(std::string cause) {
  Finding finding = Of(Outcome::kFail);
  finding.cause = std::move(cause);
  return finding;
}

Finding Error(std::string cause) {
  Finding finding = Of(Outcome::kError);
  finding.cause = std::move(cause);
  return finding;
}

Finding Skip(std::string reason) {
  Finding finding = Of(Outcome::kSkip);
  finding.fact = std::move(reason);
  return finding;
}

std::string_view CheckInfo::Task() const {
  const std::string_view whole = id;
  return whole.substr(0, whole.find('.'));
}

std::string_view CheckInfo::ShortId() const {
  const std::string_view whole = id;
  const std::size_t dot = whole.find('.');
  return dot == std::string_view::npos ? whole : whole.substr(dot + 1);
}

bool CheckInfo::AppliesTo(std::string_view case_id, std::string_view variation) const {
  if (*cases != '\0' && !Lists(cases, case_id)) return false;
  if (*variations == '\0') return true;
  return variation.empty() ? Lists(variations, "-") : Lists(variations, variation);
}

const CauseText* CheckInfo::FindCause(std::string_view cause) const {
  for (const CauseText* text = causes; text != nullptr && text->cause != nullptr; ++text) {
    if (cause == text->cause) return text;
  }
  return nullptr;
}

Words WordsOf(const CheckInfo& info, const Finding& finding) {
  Words words;
  if (finding.outcome == Outcome::kPass || finding.outcome == Outcome::kSkip) {
    words.line_one = finding.fact;
    return words;
  }
  const CauseText* cause = info.FindCause(finding.cause);
  if (cause == nullptr) {
    words.line_one = info.sentence;
    words.problem = std::string(info.id) + ": there is no cause '" + finding.cause + "'";
    return words;
  }
  const auto fill = [&](const char* text, std::string* out) {
    FilledText filled = FillText(text, finding.values);
    *out = std::move(filled.text);
    if (!filled.problem.empty() && words.problem.empty()) {
      words.problem = std::string(info.id) + ", cause '" + finding.cause + "': " + filled.problem;
    }
  };
  fill(cause->line_one, &words.line_one);
  fill(cause->rule, &words.rule);
  fill(cause->ask, &words.ask);
  return words;
}

Finding Judge(const CheckInfo& info, const Evidence& evidence) {
  if (evidence.InRealTime() && !info.real_time) return Skip("real time");
  Finding finding = info.run(evidence);
  if (info.advice && finding.outcome == Outcome::kError) finding = Skip(finding.fact);
  return finding;
}

std::vector<std::string> ProblemsOf(const CheckInfo& info) {
  std::vector<std::string> problems;
  const auto complain = [&](const std::string& what) {
    problems.push_back(std::string(info.id) + ": " + what);
  };
  const std::string_view id = info.id;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  if (std::count(id.begin(), id.end(), '.') != 1 || !std::all_of(id.begin(), id.end(), allowed)) {
    complain("an id is 'task.check', in lower case with hyphens");
  }
  if (*info.sentence == '\0') complain("it says not what must hold");
  if (info.run == nullptr) complain("it has no function");
  for (const CauseText* text = info.causes; text != nullptr && text->cause != nullptr; ++text) {
    const std::string cause = text->cause;
    if (info.FindCause(cause) != text) complain("cause '" + cause + "' is there twice");
    if (*text->line_one == '\0') complain("cause '" + cause + "' has no line one");
    for (const char* one : {text->line_one, text->rule, text->ask}) {
      const std::string problem = TemplateProblem(one);
      if (!problem.empty()) complain("cause '" + cause + "': " + problem);
    }
  }
  return problems;
}

namespace {

constinit CheckInfo* first_check = nullptr;

/// By id, then by where it was registered, so that the order of linking does not show.
std::vector<const CheckInfo*> AllWithTwins() {
  std::vector<const CheckInfo*> all;
  for (const CheckInfo* info = first_check; info != nullptr; info = info->next) all.push_back(info);
  std::sort(all.begin(), all.end(), [](const CheckInfo* a, const CheckInfo* b) {
    if (const int order = std::strcmp(a->id, b->id); order != 0) return order < 0;
    if (const int order = std::strcmp(a->file, b->file); order != 0) return order < 0;
    return a->line < b->line;
  });
  return all;
}

bool SameId(const CheckInfo* a, const CheckInfo* b) {
  return std::strcmp(a->id, b->id) == 0;
}

std::string PlaceOf(const CheckInfo& info) {
  return std::string(info.file) + ":" + std::to_string(info.line);
}

}  // namespace

void CheckRegistry::Add(CheckInfo* info) {
  info->next = first_check;
  first_check = info;
}

std::vector<const CheckInfo*> CheckRegistry::All() {
  std::vector<const CheckInfo*> all = AllWithTwins();
  all.erase(std::unique(all.begin(), all.end(), SameId), all.end());
  return all;
}

std::vector<const CheckInfo*> CheckRegistry::OfTask(std::string_view task) {
  std::vector<const CheckInfo*> own = All();
  std::erase_if(own, [task](const CheckInfo* info) { return info->Task() != task; });
  return own;
}

const CheckInfo* CheckRegistry::Find(std::string_view id) {
  for (const CheckInfo* info = first_check; info != nullptr; info = info->next) {
    if (id == info->id) return info;
  }
  return nullptr;
}

std::vector<std::string> CheckRegistry::Duplicates() {
  std::vector<std::string> twice;
  const std::vector<const CheckInfo*> all = AllWithTwins();
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!SameId(all[i - 1], all[i])) continue;
    twice.push_back(std::string("check '") + all[i]->id + "' is registered twice: at " +
                    PlaceOf(*all[i - 1]) + " and at " + PlaceOf(*all[i]));
  }
  return twice;
}

}  // namespace golab::lab
