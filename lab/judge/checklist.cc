#include "lab/judge/checklist.h"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "lab/check/common_checks.h"
#include "lab/report/text.h"

namespace golab::lab {
namespace {

struct Judged {
  const Task* task;
  const TaskReport* report;
};

std::string Count(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

/// "task1, task2 and 3 more".
std::string Names(const std::vector<std::string>& ids) {
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kMost); ++i)
    text += (i > 0 ? ", " : "") + ids[i];
  if (ids.size() > kMost) text += " and " + std::to_string(ids.size() - kMost) + " more";
  return text;
}

bool HasTests(const Task& task) {
  return std::any_of(task.files.begin(), task.files.end(), [](const std::string& file) {
    return file.find("_test.") != std::string::npos;
  });
}

bool IsCommon(const Task& task, const CheckReport& check) {
  const auto ids = CommonCheckIds();
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) {
    return check.id == task.id + "." + std::string(id);
  });
}

const CheckReport* FindCheck(const Judged& one, const std::string& short_id) {
  for (const CheckReport& check : one.report->checks) {
    if (check.id == one.task->id + "." + short_id) return &check;
  }
  return nullptr;
}

bool Failed(const CheckReport& check) {
  return check.outcome == Outcome::kFail || check.outcome == Outcome::kError;
}

ChecklistRow NothingYet(std::string id, std::string what, std::string next) {
  return {std::move(id), std::move(what), Outcome::kSkip, "nothing to judge yet", std::move(next)};
}

ChecklistRow FailedOf(std::string id, std::string what, const Judged& one, const CheckReport& check,
                      std::size_t all) {
  std::string found = one.task->id + ": " + check.message;
  if (all > 1) found += " (and " + Count(all - 1, "more task") + ")";
  return {std::move(id), std::move(what), Outcome::kFail, std::move(found),
          "golab check " + one.task->id};
}

/// One of the checks that every task has, over all that was begun.
ChecklistRow CommonRow(const std::string& id, const std::string& what, const std::string& check_id,
                       const std::string& good, const std::vector<Judged>& begun,
                       const std::string& first) {
  if (begun.empty()) return NothingYet(id, what, first);
  std::vector<std::pair<const Judged*, const CheckReport*>> failed;
  std::vector<std::string> not_judged;
  std::size_t passed = 0;
  for (const Judged& one : begun) {
    const CheckReport* check = FindCheck(one, check_id);
    if (check == nullptr) continue;
    if (Failed(*check)) failed.emplace_back(&one, check);
    if (check->outcome == Outcome::kPass) ++passed;
    if (check->outcome == Outcome::kSkip) not_judged.push_back(one.task->id);
  }
  if (!failed.empty())
    return FailedOf(id, what, *failed[0].first, *failed[0].second, failed.size());
  std::string found = Count(passed, "task") + ": " + good;
  if (!not_judged.empty()) found += "; not judged: " + Names(not_judged);
  // What fails elsewhere may hide it: nothing is known of that task.
  const bool hidden = std::any_of(begun.begin(), begun.end(), [&](const Judged& one) {
    const CheckReport* check = FindCheck(one, check_id);
    return check != nullptr && check->outcome == Outcome::kSkip &&
           one.report->outcome != Outcome::kPass;
  });
  if (passed == 0 || hidden)
    return {id, what, Outcome::kSkip, found,
            "golab check " + (not_judged.empty() ? "all" : not_judged[0])};
  return {id, what, Outcome::kPass, found, ""};
}

ChecklistRow TestsRow(const Catalogue& catalogue, const std::vector<Judged>& begun) {
  const std::string id = "tests", what = "your tests pass";
  std::vector<std::string> with_tests;
  for (const Task& task : catalogue.tasks) {
    if (HasTests(task)) with_tests.push_back(task.id);
  }
  std::size_t passed = 0, failed = 0;
  ChecklistRow row;
  for (const Judged& one : begun) {
    if (!HasTests(*one.task)) continue;
    const auto& checks = one.report->checks;
    const auto bad = std::find_if(checks.begin(), checks.end(), [&](const CheckReport& check) {
      return Failed(check) && !IsCommon(*one.task, check);
    });
    const CheckReport* own = bad == checks.end() ? nullptr : &*bad;
    // Does not build, crashes, hangs: then its tests have not passed, either.
    for (const char* common : {"builds", "ends", "no-crash"}) {
      const CheckReport* check = FindCheck(one, common);
      if (own == nullptr && check != nullptr && Failed(*check)) own = check;
    }
    if (own == nullptr) {
      ++passed;
    } else if (failed++ == 0) {
      row = FailedOf(id, what, one, *own, 1);
    }
  }
  if (failed > 0) return row;
  if (passed == 0) {
    row = NothingYet(id, what, with_tests.empty() ? "" : "golab show " + with_tests[0]);
    row.found = with_tests.empty() ? "no task has tests" : "none begun of " + Names(with_tests);
    return row;
  }
  return {id, what, Outcome::kPass, "those of " + Count(passed, "task") + " pass", ""};
}

ChecklistRow RequiredRow(const std::vector<Judged>& all) {
  const std::string id = "required", what = "the required tasks are done";
  std::size_t required = 0, done = 0;
  std::string missing, next;
  for (const Judged& one : all) {
    if (!one.task->required) continue;
    ++required;
    if (one.report->attempted && one.report->outcome == Outcome::kPass) {
      ++done;
      continue;
    }
    if (next.empty())
      next = "golab " + std::string(one.report->attempted ? "check " : "show ") + one.task->id;
    missing += "; " + one.task->id + (one.report->attempted ? " fails" : " is still the starter");
  }
  const Outcome outcome = done == required ? Outcome::kPass : Outcome::kFail;
  return {id, what, outcome,
          std::to_string(done) + " of " + std::to_string(required) + " done" + missing, next};
}

ChecklistRow NotesRow(const Notes& notes) {
  const std::string id = "notes", what = "you have written down what you saw";
  const std::string write = "write " + notes.file + ": what surprised you, and in which task";
  if (!notes.there) return {id, what, Outcome::kFail, "no " + notes.file, write};
  if (notes.words == 0)
    return {id, what, Outcome::kFail, notes.file + " has no text yet, headings aside", write};
  return {id, what, Outcome::kPass, notes.file + ": " + Count(notes.words, "word"), ""};
}

}  // namespace

std::size_t WordsOfNotes(std::string_view markdown) {
  std::istringstream lines{std::string(markdown)};
  std::size_t words = 0;
  bool in_comment = false;
  for (std::string line; std::getline(lines, line);) {
    std::string text;
    for (std::size_t i = 0; i < line.size();) {
      if (!in_comment && line.compare(i, 4, "<!--") == 0) in_comment = true;
      if (in_comment && line.compare(i, 3, "-->") == 0) {
        in_comment = false;
        i += 3;
        continue;
      }
      if (!in_comment) text += line[i];
      ++i;
    }
    std::istringstream in(text);
    std::string word;
    bool first = true;
    while (in >> word) {
      const bool mark = word.find_first_not_of("#-*=_>`+") == std::string::npos;
      if (first && (word[0] == '#' || word.starts_with("```"))) break;
      first = false;
      if (!mark) ++words;
    }
  }
  return words;
}

bool Checklist::Complete() const {
  return std::all_of(rows.begin(), rows.end(),
                     [](const ChecklistRow& row) { return row.outcome == Outcome::kPass; });
}

Checklist MakeChecklist(const Catalogue& catalogue, const std::vector<TaskReport>& reports,
                        const Notes& notes) {
  Checklist list;
  std::vector<Judged> all, begun;
  for (const TaskReport& report : reports) {
    const Task* task = catalogue.Find(report.id);
    if (task == nullptr) continue;
    all.push_back({task, &report});
    if (!report.attempted) continue;
    begun.push_back(all.back());
    if (report.outcome == Outcome::kPass) ++list.done;
  }
  list.tasks = static_cast<int>(all.size());
  list.begun = static_cast<int>(begun.size());
  const std::string first = all.empty() ? "" : "golab show " + all.front().task->id;
  list.rows = {
      CommonRow("builds", "all that was begun builds", "builds", "build", begun, first),
      TestsRow(catalogue, begun),
      CommonRow("races", "no data race", "no-race", "no race under ThreadSanitizer", begun, first),
      CommonRow("leaks", "no goroutine is left behind", "no-leak", "nothing left over", begun,
                first),
      RequiredRow(all),
      NotesRow(notes),
  };
  return list;
}

std::string WriteJson(const Checklist& checklist) {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const ChecklistRow& row : checklist.rows) {
    rows.push_back({{"id", row.id},
                    {"what", row.what},
                    {"outcome", OutcomeName(row.outcome)},
                    {"found", CleanUtf8(row.found)},
                    {"next", CleanUtf8(row.next)}});
  }
  const Json json = {{"schema", "golab.checklist/1"},    {"subject", CleanUtf8(checklist.subject)},
                     {"complete", checklist.Complete()}, {"tasks", checklist.tasks},
                     {"begun", checklist.begun},         {"done", checklist.done},
                     {"rows", std::move(rows)}};
  return json.dump(2) + "\n";
}

}  // namespace golab::lab
