#include "lab/catalogue/catalogue.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

// A complete task, with `extra` lines at its end.
std::string WithTask(const std::string& extra) {
  return R"([[task]]
id = "task9"
title = "A title"
folder = "tasks/task09"
files = ["main.cc"]
hints = ["a", "b", "c"]
)" + extra;
}

std::string ErrorOf(const std::string& text) {
  const auto catalogue = ParseCatalogue(text, "labs.toml");
  return catalogue ? "" : catalogue.error().Text();
}

TEST(Catalogue, EmbeddedOneIsRight) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  ASSERT_GE(catalogue->tasks.size(), 4u);
  for (const char* id : {"task1", "task2", "task3"}) {
    ASSERT_NE(catalogue->Find(id), nullptr);
    EXPECT_TRUE(catalogue->Find(id)->required);
  }
  const Task& task1 = *catalogue->Find("task1");
  EXPECT_EQ(task1.folder, "tasks/task01_num_goroutine");
  ASSERT_EQ(task1.parameters.size(), 3u);
  const Parameter& workers = *task1.FindParameter("workers");
  EXPECT_EQ(workers.default_value, "10");
  EXPECT_EQ(workers.max, 100'000);
  EXPECT_EQ(workers.check_max, 200);
  EXPECT_EQ(task1.FindParameter("sleep")->default_value, "1s");
  EXPECT_EQ(task1.FindParameter("interval")->default_value, "100ms");
  EXPECT_EQ(task1.FindVariation("leak")->args, std::vector<std::string>{"--leak"});
  EXPECT_EQ(task1.FindVariation("leak")->common.count(Exemption::kLeakAllowed), 1u);
  ASSERT_EQ(task1.cases.size(), 1u);
  EXPECT_EQ(task1.cases[0].id, "main");
  EXPECT_EQ(task1.limits.virtual_ns, 60'000'000'000);
  EXPECT_EQ(catalogue->Find("task2")->common.count(Exemption::kBusyAllowed), 1u);

  const Task& task3 = *catalogue->Find("task3");
  EXPECT_EQ(task3.cases.size(), 7u);
  double sum = 0;
  for (const auto& c : task3.cases) sum += c.share;
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_NEAR(task3.FindCase("late")->share, 0.1, 1e-9);
  EXPECT_EQ(task3.FindCase("late")->without, std::vector<std::string>{"work.cc"});
  EXPECT_EQ(task3.FindCase("late")->procs, 0);
  EXPECT_FALSE(catalogue->Find("task4")->required);
  EXPECT_EQ(catalogue->Find("task8")->FindCase("threads")->procs, 2);
  EXPECT_TRUE(catalogue->Find("task12")->FindCase("yours")->live);
  EXPECT_EQ(catalogue->Find("task12")->FindCase("yours")->share, 0);
  EXPECT_FALSE(catalogue->Find("task12")->FindCase("few")->live);
}

TEST(Catalogue, UnknownTaskSuggests) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue);
  ASSERT_TRUE(catalogue->Get("task3"));
  EXPECT_EQ(catalogue->Get("tsak3").error().Text(),
            "no task 'tsak3'; did you mean 'task3'? (golab list shows all)");
  EXPECT_EQ(catalogue->Get("x\x1b[31m").error().Text(), "no task 'x?[31m' (golab list shows all)");
}

TEST(Catalogue, PointsDefaultToOne) {
  const auto catalogue =
      ParseCatalogue(WithTask("points = { \"task9.no-leak\" = 2.5 }\n"), "labs.toml");
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  EXPECT_EQ(catalogue->tasks[0].PointsOf("task9.no-leak"), 2.5);
  EXPECT_EQ(catalogue->tasks[0].PointsOf("task9.other"), 1);
}

TEST(Catalogue, MessagesNamePlaceFaultAndRemedy) {
  struct {
    const char* name;
    std::string text;
    std::string want;
  } const cases[] = {
      {"empty", "", "labs.toml:1:1: there is no [[task]]"},
      {"not TOML", "[[task]\n", "labs.toml:1:8: not TOML: "},
      {"open string", "x = \"abc\n", "labs.toml:1:9: not TOML: a string without its closing quote"},
      {"not UTF-8", "x = \"\xff\"\n", "labs.toml:1:"},
      {"unknown top key", "tasks = 1\n",
       "labs.toml:1:1: the file has no key 'tasks'; did you mean 'task'? (task, limits)"},
      {"task no list", "task = 1\n",
       "labs.toml:1:8: 'task' must be a list of tables ([[task]]), not 1"},
      {"no id", "[[task]]\ntitle = \"x\"\n", "labs.toml:1:1: a task needs the key 'id'"},
      {"bad id", "[[task]]\nid = \"Task 1\"\n",
       "labs.toml:2:6: 'id' must be small letters, digits and hyphens, at most 64, not 'Task 1'"},
      {"unknown key", WithTask("hint = \"x\"\n"),
       "labs.toml:7:1: task 'task9': a task has no key 'hint'; did you mean 'hints'? (id, title, "
       "folder, required, "
       "points, files, hints, limits, common, parameter, variation, case)"},
      {"wrong type", WithTask("required = \"yes\"\n"),
       "labs.toml:7:12: task 'task9': 'required' must be true or false, not 'yes'"},
      {"two hints",
       "[[task]]\nid = \"t\"\ntitle = \"x\"\nfolder = \"t\"\nfiles = [\"a.cc\"]\nhints = [\"a\", "
       "\"b\"]\n",
       "labs.toml:6:9: task 't': 'hints' must be three: a question, the idea, nearly the code; "
       "there are 2"},
      {"no hints", "[[task]]\nid = \"t\"\ntitle = \"x\"\nfolder = \"t\"\nfiles = [\"a.cc\"]\n",
       "labs.toml:1:1: task 't': the task needs the key 'hints'"},
      {"file outside",
       "[[task]]\nid = \"t\"\ntitle = \"x\"\nfolder = \"t\"\nfiles = [\"../a.cc\"]\n",
       "labs.toml:5:9: task 't': 'files' must name files inside the folder, not '../a.cc'"},
      {"points of another task", WithTask("points = { \"task1.rise\" = 2 }\n"),
       "labs.toml:7:12: task 'task9': 'points' names checks of this task, such as 'task9.no-leak', "
       "not 'task1.rise'"},
      {"negative points", WithTask("points = { \"task9.rise\" = -1 }\n"),
       "labs.toml:7:27: task 'task9': the points of 'task9.rise' must be a number from 0 to 1000, "
       "not -1"},
      {"limit of 0", WithTask("limits = { memory = 0 }\n"),
       "labs.toml:7:21: task 'task9': 'memory' must be above 0 and at most 65536, not 0"},
      {"limit without unit", WithTask("limits = { wall = 10 }\n"),
       "labs.toml:7:19: task 'task9': 'wall' must be a duration such as \"100ms\", not 10"},
      {"exemption", WithTask("common = [\"busy_alowed\"]\n"),
       "labs.toml:7:10: task 'task9': 'common' has no exemption 'busy_alowed'; did you mean "
       "'busy_allowed'? "
       "(busy_allowed, leak_allowed, fail_allowed, asleep_allowed, serves)"},
      {"parameter type",
       WithTask("[[task.parameter]]\nname = \"n\"\ntype = \"number\"\ndefault = 1\nhelp = \"x\"\n"),
       "labs.toml:9:8: task 'task9': parameter 'n': 'type' must be one of int, duration, bool, "
       "string, not 'number'"},
      {"default outside",
       WithTask("[[task.parameter]]\nname = \"n\"\ntype = \"int\"\ndefault = 0\nrange = [1, "
                "9]\nhelp = \"x\"\n"),
       "labs.toml:10:11: task 'task9': parameter 'n': 'default' must lie in its range, 1 to 9; it "
       "is 0"},
      {"range turned",
       WithTask("[[task.parameter]]\nname = \"n\"\ntype = \"int\"\ndefault = 2\nrange = [9, "
                "1]\nhelp = \"x\"\n"),
       "labs.toml:11:9: task 'task9': 'range' must have the least first; it is 9 to 1"},
      {"check range outside",
       WithTask("[[task.parameter]]\nname = \"n\"\ntype = \"duration\"\ndefault = \"1s\"\nrange = "
                "[\"1ms\", \"2s\"]\n"
                "check_range = [\"1ms\", \"3s\"]\nhelp = \"x\"\n"),
       "labs.toml:12:15: task 'task9': parameter 'n': 'check_range' must lie in the range, 1ms to "
       "2s"},
      {"range of a bool",
       WithTask("[[task.parameter]]\nname = \"n\"\ntype = \"bool\"\ndefault = true\nrange = [1, "
                "2]\nhelp = \"x\"\n"),
       "labs.toml:11:9: task 'task9': parameter 'n': a bool has no 'range'"},
      {"two variations",
       WithTask("[[task.variation]]\nid = \"v\"\ntitle = \"x\"\nshows = \"x\"\n"
                "[[task.variation]]\nid = \"v\"\ntitle = \"x\"\nshows = \"x\"\n"),
       "labs.toml:12:6: task 'task9': there are two variations with the id 'v'"},
      {"share", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nshare = 3\n"),
       "labs.toml:10:9: task 'task9': case 'c': 'share' must be above 0 and at most 1, not 3"},
      {"live", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nlive = true\nshare = 0.5\n"),
       "labs.toml:11:9: task 'task9': case 'c': 'share' is of what is checked, and 'live' is not"},
      {"serve", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nserve = true\n"),
       "labs.toml:10:9: task 'task9': case 'c': 'serve' is of live cases, and this is none"},
      {"live variation",
       WithTask("[[task.variation]]\nid = \"v\"\ntitle = \"x\"\nshows = \"y\"\n[[task.case]]\n"
                "id = \"c\"\ntitle = \"x\"\nlive = true\nvariation = \"v\"\n"),
       "labs.toml:15:13: task 'task9': case 'c': a live case is shown in each variation that has "
       "none"},
      {"procs", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nprocs = 0\n"),
       "labs.toml:10:9: task 'task9': case 'c': 'procs' must be between 1 and 64, not 0"},
      {"shares", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nshare = 0.5\n"),
       "labs.toml:7:1: task 'task9': the shares of the cases must sum to 1; the sum is 0.5"},
      {"without", WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nwithout = [\"work.cc\"]\n"),
       "labs.toml:10:11: task 'task9': case 'c': 'without' names 'work.cc', which is none of the "
       "task's files (main.cc)"},
      {"case of no variation",
       WithTask("[[task.case]]\nid = \"c\"\ntitle = \"x\"\nvariation = \"v\"\n"),
       "labs.toml:10:13: task 'task9': case 'c': the task has no variation 'v'"},
      {"two tasks", WithTask("") + WithTask(""),
       "labs.toml:8:6: there are two tasks with the id 'task9'"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string error = ErrorOf(c.text);
    EXPECT_EQ(error.substr(0, c.want.size()), c.want) << error;
    const bool whole = c.want.back() != ' ' && c.want.back() != ':';
    EXPECT_TRUE(!whole || error == c.want) << error;
  }
}

TEST(Catalogue, MissingFileIsSaid) {
  EXPECT_EQ(LoadCatalogue("/no/such/labs.toml").error().Text(),
            "cannot read the catalogue '/no/such/labs.toml': No such file or directory "
            "(--labs names a file like labs.toml)");
  EXPECT_FALSE(LoadCatalogue("/"));
}

TEST(Parameter, ComplainsAboutValues) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue);
  const Parameter& workers = *catalogue->Find("task1")->FindParameter("workers");
  EXPECT_EQ(workers.Complaint("100000"), "");
  EXPECT_EQ(workers.Complaint("0"), "must be between 1 and 100000, not 0");
  EXPECT_EQ(workers.Complaint("ten"), "must be an integer, not 'ten'");
  const Parameter& sleep = *catalogue->Find("task1")->FindParameter("sleep");
  EXPECT_EQ(sleep.Complaint("2s"), "");
  EXPECT_EQ(sleep.Complaint("2"), "must be a duration such as 100ms, not '2'");
  EXPECT_EQ(sleep.Complaint("2h"), "must be between 1ms and 1h0m0s, not 2h");
}

}  // namespace
}  // namespace golab::lab
