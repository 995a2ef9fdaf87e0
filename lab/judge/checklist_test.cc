#include "lab/judge/checklist.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace golab::lab {
namespace {

Catalogue ThreeTasks() {
  Catalogue catalogue;
  for (const char* id : {"task1", "task3", "task4"}) {
    Task task;
    task.id = id;
    task.required = task.id != "task4";
    task.files = task.id == "task3" ? std::vector<std::string>{"work.cc", "work_test.cc"}
                                    : std::vector<std::string>{"main.cc"};
    catalogue.tasks.push_back(task);
  }
  return catalogue;
}

CheckReport OneCheck(const std::string& id, Outcome outcome, const std::string& message = "") {
  CheckReport check;
  check.id = id;
  check.outcome = outcome;
  check.message = message;
  return check;
}

TaskReport Passing(const std::string& id) {
  TaskReport report;
  report.id = id;
  report.outcome = Outcome::kPass;
  for (const char* check : {"own", "builds", "ends", "no-leak", "no-crash", "no-race"})
    report.checks.push_back(OneCheck(id + "." + check, Outcome::kPass));
  return report;
}

TaskReport Starter(const std::string& id) {
  TaskReport report;
  report.id = id;
  report.attempted = false;
  return report;
}

TaskReport Failing(const std::string& id, const std::string& check) {
  TaskReport report = Passing(id);
  report.outcome = Outcome::kFail;
  for (CheckReport& one : report.checks) {
    if (one.id == id + "." + check) one = OneCheck(one.id, Outcome::kFail, "the fault");
  }
  return report;
}

const Notes kNotes = {"NOTES.md", true, 12};

const ChecklistRow& RowOf(const Checklist& list, const std::string& id) {
  for (const ChecklistRow& row : list.rows) {
    if (row.id == id) return row;
  }
  ADD_FAILURE() << id;
  return list.rows.front();
}

TEST(Checklist, IsCompleteWhenAllPasses) {
  const Checklist list =
      MakeChecklist(ThreeTasks(), {Passing("task1"), Passing("task3"), Starter("task4")}, kNotes);
  for (const ChecklistRow& row : list.rows) {
    EXPECT_EQ(row.outcome, Outcome::kPass) << row.id << ": " << row.found;
    EXPECT_EQ(row.next, "");
  }
  EXPECT_TRUE(list.Complete());
  EXPECT_EQ(list.begun, 2);
  EXPECT_EQ(RowOf(list, "builds").found, "2 tasks: build");
}

TEST(Checklist, SaysWhatToDoWhereNothingWasBegun) {
  const Checklist list = MakeChecklist(
      ThreeTasks(), {Starter("task1"), Starter("task3"), Starter("task4")}, {"NOTES.md"});
  EXPECT_FALSE(list.Complete());
  EXPECT_EQ(RowOf(list, "builds").outcome, Outcome::kSkip);
  EXPECT_EQ(RowOf(list, "builds").found, "nothing to judge yet");
  EXPECT_EQ(RowOf(list, "builds").next, "golab show task1");
  EXPECT_EQ(RowOf(list, "tests").found, "none begun of task3");
  EXPECT_EQ(RowOf(list, "required").outcome, Outcome::kFail);
  EXPECT_EQ(RowOf(list, "required").found,
            "0 of 2 done; task1 is still the starter; task3 is still the starter");
  EXPECT_EQ(RowOf(list, "notes").found, "no NOTES.md");
}

TEST(Checklist, EachRowHasItsOwnFault) {
  const auto with = [](const TaskReport& task3) {
    return MakeChecklist(ThreeTasks(), {Passing("task1"), task3, Starter("task4")}, kNotes);
  };

  const struct {
    const char* check;
    const char* row;
  } faults[] = {{"builds", "builds"}, {"own", "tests"}, {"no-race", "races"}, {"no-leak", "leaks"}};

  for (const auto& [check, row] : faults) {
    const Checklist list = with(Failing("task3", check));
    EXPECT_EQ(RowOf(list, row).outcome, Outcome::kFail) << row;
    EXPECT_EQ(RowOf(list, row).found, "task3: the fault");
    EXPECT_EQ(RowOf(list, row).next, "golab check task3");
    EXPECT_EQ(RowOf(list, "required").outcome, Outcome::kFail);
    EXPECT_FALSE(list.Complete());
  }
  // A test that does not build has not passed.
  EXPECT_EQ(RowOf(with(Failing("task3", "builds")), "tests").outcome, Outcome::kFail);
  EXPECT_EQ(RowOf(with(Failing("task3", "no-leak")), "tests").outcome, Outcome::kPass);
}

TEST(Checklist, WhatWasNotJudgedIsNoPass) {
  TaskReport crashed = Failing("task1", "no-crash");
  for (CheckReport& check : crashed.checks) {
    if (check.id == "task1.no-race") check.outcome = Outcome::kSkip;
  }
  const Checklist hidden =
      MakeChecklist(ThreeTasks(), {crashed, Passing("task3"), Starter("task4")}, kNotes);
  EXPECT_EQ(RowOf(hidden, "races").outcome, Outcome::kSkip);
  EXPECT_EQ(RowOf(hidden, "races").found,
            "1 task: no race under ThreadSanitizer; not judged: task1");
  // A task that passes without that check hides nothing.
  TaskReport real_time = Passing("task1");
  real_time.checks.back().outcome = Outcome::kSkip;
  const Checklist passes =
      MakeChecklist(ThreeTasks(), {real_time, Passing("task3"), Starter("task4")}, kNotes);
  EXPECT_EQ(RowOf(passes, "races").outcome, Outcome::kPass);
}

TEST(Checklist, NotesAreWords) {
  EXPECT_EQ(WordsOfNotes(""), 0u);
  EXPECT_EQ(WordsOfNotes("# Notes on goroutines\n\n## task1\n---\n"), 0u);
  EXPECT_EQ(WordsOfNotes("# Notes\n<!-- write\nhere -->\n"), 0u);
  EXPECT_EQ(WordsOfNotes("# Notes\n- the count is 12, not 11\n"), 6u);
  EXPECT_EQ(WordsOfNotes("one <!-- not this --> two"), 2u);
  Notes notes = {"NOTES.md", true, 0};
  const Checklist list =
      MakeChecklist(ThreeTasks(), {Passing("task1"), Passing("task3"), Starter("task4")}, notes);
  EXPECT_EQ(RowOf(list, "notes").outcome, Outcome::kFail);
  EXPECT_EQ(RowOf(list, "notes").found, "NOTES.md has no text yet, headings aside");
}

TEST(Checklist, JsonHasTheRows) {
  Checklist list = MakeChecklist(
      ThreeTasks(), {Passing("task1"), Failing("task3", "no-leak"), Starter("task4")}, kNotes);
  list.subject = "/home/x\xff";
  const auto json = nlohmann::json::parse(WriteJson(list));
  EXPECT_EQ(json["schema"], "golab.checklist/1");
  EXPECT_EQ(json["complete"], false);
  EXPECT_EQ(json["begun"], 2);
  EXPECT_EQ(json["rows"].size(), 6u);
  EXPECT_EQ(json["rows"][3]["id"], "leaks");
  EXPECT_EQ(json["rows"][3]["outcome"], "fail");
}

}  // namespace
}  // namespace golab::lab
