// The real golab: what it says, where, and with which status.

#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/command_line_suite.h"

namespace golab::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(CommandLine, WrongUsageSaysWhatAndWhatToDo) {
  struct {
    const char* args;
    const char* message;
  } const cases[] = {
      {"chek", "golab: no command 'chek'; did you mean 'check'? (golab --help lists all)\n"},
      {"check", "golab: 'golab check' needs TASK...|all|required (golab check --help)\n"},
      {"check tsak1", "golab: no task 'tsak1'; did you mean 'task1'? (golab list shows all)\n"},
      {"check task1 --sede 3",
       "golab: no option '--sede' for check; did you mean '--seed'? (golab check --help)\n"},
      {"check task1 --seeds", "golab: --seeds needs a value (golab check --help)\n"},
      {"check task1 --seeds 0", "golab: --seeds must be between 1 and 1000000, not '0'\n"},
      {"check task1 --jobs x", "golab: --jobs must be between 1 and 256, not 'x'\n"},
      {"check task1 --seed d0",
       "golab: no schedule 'd0': a seed is a number, d and a number from 1, or 0xSECRET:NUMBER\n"},
      {"check task1 --format jason",
       "golab: no format 'jason'; did you mean 'json'? (golab check --help lists them)\n"},
      {"check task1 --only ris", "golab: no check 'ris' of task1; did you mean 'rise'?\n"},
      {"check task1 --variation leek",
       "golab: no variation 'leek' of task1; did you mean 'leak'? (golab show TASK names them)\n"},
      {"check task1 --workers 0",
       "golab: --workers must be between 1 and 100000, not 0 (golab run task1 --help)\n"},
      {"list extra",
       "golab: what is 'extra'?: 'golab list' takes options alone (golab list --help)\n"},
      {"run task1 task2", "golab: what is 'task2'?: 'golab run' takes TASK (golab run --help)\n"},
      {"explain pakr", "golab: no term 'pakr'; did you mean 'park'? (golab explain lists all)\n"},
      {"completion bsh",
       "golab: no shell 'bsh'; did you mean 'bash'?: bash, zsh and fish are known\n"},
      {"--labs no.toml list",
       "golab: cannot read the catalogue 'no.toml': No such file or directory (--labs names a file "
       "like labs.toml)\n"},
      {"reset task1",
       "golab: this is no workspace (golab init DIR makes one, --in DIR names one)\n"},
      {"hint task1 --step 4", "golab: --step must be between 1 and 3, not '4'\n"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.args);
    const Outcome outcome = Golab(c.args);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.err, c.message);
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(CommandLine, HelpIsOnStdout) {
  for (const char* args :
       {"--help", "-h", "help", "check --help", "run task1 --help", "help check"}) {
    SCOPED_TRACE(args);
    const Outcome outcome = Golab(args);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("usage: golab"));
    EXPECT_EQ(outcome.err, "");
  }
  EXPECT_THAT(Golab("run task1 --help").out, HasSubstr("--workers N       number of workers (10)"));
  const Outcome bare = Golab("");
  EXPECT_EQ(bare.status, 2);
  EXPECT_THAT(bare.err, HasSubstr("usage: golab"));
}

TEST_F(CommandLine, TheReferenceIsSaid) {
  const Outcome outcome = Golab("check task1 --seeds 5");
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("reference"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CommandLine, TheReferenceIsNotTakenForAnAnswer) {
  EXPECT_THAT(Golab("check task1 --seeds 5").out, HasSubstr("golab's own solution"));
  ASSERT_EQ(Golab("init lab").status, 0);
  EXPECT_THAT(Golab("--version; cd lab && '" GOLAB "' check task1").out,
              HasSubstr("skip  still the starter\nnext: golab show task1"));
}

TEST_F(CommandLine, ATaskIsNamedByItsFolderOrByStandingInIt) {
  ASSERT_EQ(Golab("init ../lab").status, 0);
  EXPECT_EQ(Golab("show task1/").out, Golab("show task1").out);
  EXPECT_EQ(Golab("check task1/ --workers 5 --seeds 5 --in ../lab").status, 1);

  const auto in_task1 = [&](const std::string& args) {
    return Golab("--version; cd ../lab/task1 && '" GOLAB "' " + args);
  };
  EXPECT_THAT(in_task1("check").out, HasSubstr("task1  NumGoroutine over a lifecycle"));
  EXPECT_THAT(in_task1("check --workers 5").out, HasSubstr("task1  NumGoroutine"));
  EXPECT_THAT(in_task1("show").out, HasSubstr("# task1: "));
  EXPECT_THAT(in_task1("show task2").out, HasSubstr("# task2: "));
  EXPECT_THAT(in_task1("reset").err, HasSubstr("'golab reset' needs TASK"));
  EXPECT_THAT(Golab("--version; cd ../lab && '" GOLAB "' check").err,
              HasSubstr("'golab check' needs TASK"));
}

TEST_F(CommandLine, AVariationWithoutItsFlagIsNotJudged) {
  Write("bad/main.cc", "#include <golab/golab.h>\nGOLAB_MAIN() { golab::flag::Parse(); }\n");
  for (const char* command : {"run", "check"}) {
    SCOPED_TRACE(command);
    const Outcome outcome = Golab(std::string(command) + " task1 --variation leak --in ../bad");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("the program defines no flag 'leak'"));
    EXPECT_THAT(outcome.out, Not(HasSubstr("FAIL")));
  }
  EXPECT_EQ(Golab("run task1 --variation leek --in ../bad").err,
            "golab: no variation 'leek' of task1; did you mean 'leak'? (golab show -v task1)\n");
}

TEST_F(CommandLine, GradingNeedsASubmission) {
  const Outcome outcome = Golab("check task1", "GOLAB_GRADING=1");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "golab: no submission to judge: GOLAB_GRADING=1 asks for one, and this is no workspace "
            "(--in DIR names one)\n");
}

TEST_F(CommandLine, MachineFormatsAreAloneOnStdout) {
  for (const char* format : {"json", "junit", "tap", "tap13"}) {
    SCOPED_TRACE(format);
    const Outcome outcome = Golab(std::string("check task1 --seeds 3 --format ") + format);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.err, "");
    EXPECT_NE(outcome.out, "");
    EXPECT_TRUE(outcome.out[0] == '{' || outcome.out[0] == '<' || outcome.out[0] == 'T')
        << outcome.out.substr(0, 40);
  }
}

TEST_F(CommandLine, OutputGoesToAFileAtOnce) {
  const Outcome outcome =
      Golab("check task1 --seeds 3 --format json --reproducible --output report.json");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.out, "");
  const std::string report = ReadAll(folder_ + "/empty/report.json");
  EXPECT_THAT(report, HasSubstr("\"schema\": \"golab.report/1\""));
  EXPECT_EQ(report, Golab("check task1 --seeds 3 --format json --reproducible --jobs 1").out);
  EXPECT_NE(Golab("check task1 --seeds 1 --output no/such/folder/x").status, 0);
}

TEST_F(CommandLine, ExitStatusSaysHowItWent) {
  Write("bad/main.cc", "#include <golab/golab.h>\nGOLAB_MAIN() {}\n");
  Write("unbuilt/main.cc", "GOLAB_MAIN( {}\n");

  struct {
    const char* args;
    int status;
  } const cases[] = {
      {"check task1 --in ../bad --seeds 3", 1},
      {"check task1 --in ../bad --seeds 3 --exit-zero", 0},
      {"check task1 --in ../unbuilt", 3},
      {"check task1 --in ../unbuilt --exit-zero", 0},
      {"check task1 --in ../nowhere", 2},
      {"run task1 --in ../unbuilt", 3},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.args);
    const Outcome outcome = Golab(c.args);
    EXPECT_EQ(outcome.status, c.status) << outcome.out << outcome.err;
  }
}

TEST_F(CommandLine, WhatCannotBeTakenInIsAnErrorOfItsTask) {
  Write("bad name/main.cc", "#include <golab/golab.h>\nGOLAB_MAIN() {}\n");
  Write(
      "bad name/gr\xc3\xb6\xc3\x9f"
      "e.cc",
      "");
  const Outcome name = Golab("check task1 --in '../bad name'");
  EXPECT_EQ(name.status, 3);
  EXPECT_EQ(name.err, "");
  EXPECT_THAT(name.out, HasSubstr("ERROR task1.builds: 'gr"));
  EXPECT_THAT(name.out, HasSubstr("replay: golab check task1 --in '../bad name'"));
  EXPECT_THAT(name.out, Not(HasSubstr(folder_))) << "a report names no place outside";

  Write("other/main.cpp", "");
  EXPECT_THAT(Golab("check task1 --in ../other").out,
              HasSubstr("ERROR task1.builds: there is no 'main.cc': found main.cpp\n"));
  EXPECT_EQ(Golab("run task1 --in ../other").status, 3);

  // The others are judged all the same.
  ASSERT_EQ(Golab("init ../lab").status, 0);
  std::filesystem::remove(folder_ + "/lab/task1/main.cc");
  ASSERT_EQ(mkfifo((folder_ + "/lab/task1/main.cc").c_str(), 0600), 0);
  Write("lab/task2/main.cc", "#include <golab/golab.h>\nGOLAB_MAIN() {}\n");
  std::filesystem::remove_all(folder_ + "/lab/task4");
  const Outcome all = Golab("check all --seeds 3 --in ../lab -q");
  EXPECT_EQ(all.status, 3);
  EXPECT_THAT(all.out,
              HasSubstr("task1 ERROR builds: 'main.cc' is a pipe, not a file\ntask2 FAIL "));
  EXPECT_THAT(all.out, HasSubstr("task4 skip its folder is not there\n"));
}

TEST_F(CommandLine, AFullDiskIsNoSuccess) {
  for (const char* args : {"list", "show task1", "explain", "check task1 --seeds 1",
                           "check task1 --seeds 1 --format json", "--help"}) {
    SCOPED_TRACE(args);
    const Outcome outcome = Golab(std::string(args) + " >/dev/full; s=$?; (exit $s)");
    EXPECT_EQ(outcome.status, 4);
  }
  const Outcome output = Golab("check task1 --seeds 1 --format json --output /dev/full");
  EXPECT_EQ(output.status, 4);
  EXPECT_EQ(output.err, "golab: cannot write '/dev/full': No space left on device\n");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(CommandLine, ReplayGivesTheSameTextEachTime) {
  Write("bad/main.cc", "#include <golab/golab.h>\nGOLAB_MAIN() {}\n");
  const std::string args = "check task1 --in ../bad --seed 3 --reproducible";
  const Outcome once = Golab(args);
  EXPECT_EQ(once.status, 1);
  EXPECT_THAT(once.out, HasSubstr("replay: golab check task1 --in ../bad --seed 3"));
  EXPECT_EQ(once.out, Golab(args).out);
  EXPECT_EQ(once.out, Golab(args + " --jobs 1").out);
}

TEST_F(CommandLine, HintsComeOneByOne) {
  EXPECT_THAT(Golab("hint task1").out, HasSubstr("hint 1 of 3"));
  EXPECT_THAT(Golab("hint task1").out, HasSubstr("hint 2 of 3"));
  EXPECT_THAT(Golab("hint task2").out, HasSubstr("hint 1 of 3"));
  EXPECT_THAT(Golab("hint task1").out, HasSubstr("hint 3 of 3"));
  EXPECT_THAT(Golab("hint task1").out, HasSubstr("hint 3 of 3"));
  EXPECT_THAT(Golab("hint task1 --step 1").out, HasSubstr("hint 1 of 3"));
}

TEST_F(CommandLine, CompletionIsASoundScript) {
  struct {
    const char* shell;
    const char* check;
  } const cases[] = {{"bash", "bash -n"}, {"zsh", "zsh -n"}, {"fish", "fish -n"}};

  for (const auto& c : cases) {
    SCOPED_TRACE(c.shell);
    const Outcome outcome = Golab(std::string("completion ") + c.shell);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, HasSubstr("task1"));
    EXPECT_THAT(outcome.out, HasSubstr("seeds"));
    EXPECT_THAT(outcome.out, HasSubstr("happens-before")) << "terms of explain";
    EXPECT_THAT(outcome.out, HasSubstr("leak more panic")) << "variations";
    Write("script", outcome.out);
    if (std::system((std::string("command -v ") + c.shell + " >/dev/null 2>&1").c_str()) != 0)
      continue;
    EXPECT_EQ(std::system((std::string(c.check) + " '" + folder_ + "/script'").c_str()), 0);
  }
}

TEST_F(CommandLine, DoctorFindsWhatThisTestWasBuiltWith) {
  const Outcome outcome = Golab("doctor");
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  for (const char* what :
       {"compiler", "headers", "libgolab", "cache", "personality", "memfd", "terminal"}) {
    EXPECT_THAT(outcome.out, HasSubstr(what));
  }
}

TEST_F(CommandLine, EveryCommandHasHelpWithin80Columns) {
  for (const char* command : {"list", "show", "hint", "explain", "run", "check", "init", "reset",
                              "diff", "selfcheck", "doctor", "completion", "checklist", "beam"}) {
    SCOPED_TRACE(command);
    const Outcome outcome = Golab(std::string(command) + " --help");
    EXPECT_EQ(outcome.status, 0);
    for (std::size_t begin = 0; begin < outcome.out.size();) {
      const std::size_t end = outcome.out.find('\n', begin);
      EXPECT_LE(end - begin, 80U) << outcome.out.substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

TEST_F(CommandLine, WritesTheTimelinePageOfTheRunThatItShows) {
  const std::string mutants = GOLAB_SOURCE_DIR "/tasks/task01_num_goroutine/mutants/";
  Write("leak/main.cc", ReadAll(mutants + "one_never_ends.cc"));
  const Outcome failed = Golab("check task1 --in ../leak --no-race --html ../page.html");
  EXPECT_EQ(failed.status, 1);
  EXPECT_THAT(failed.out, HasSubstr("\ntimeline: file://"));
  EXPECT_THAT(failed.out, HasSubstr("/page.html#check=task1.fall\n"));
  const std::string page = ReadAll(folder_ + "/page.html");
  EXPECT_THAT(page, testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(page, HasSubstr("never ends"));

  const Outcome several = Golab("check task1 task2 --seeds 5 --html ../pages");
  EXPECT_EQ(several.status, 0) << several.out << several.err;
  EXPECT_THAT(ReadAll(folder_ + "/pages/task1.html"), HasSubstr("task1 timeline"));
  EXPECT_THAT(ReadAll(folder_ + "/pages/task2.html"), HasSubstr("task2 timeline"));

  Write("broken/main.cc", "int x = ;\n");
  const Outcome unbuilt = Golab("check task1 --in ../broken --html ../unbuilt.html --format json");
  EXPECT_EQ(unbuilt.status, 3);
  EXPECT_THAT(unbuilt.out, testing::StartsWith("{"));
  EXPECT_THAT(ReadAll(folder_ + "/unbuilt.html"), HasSubstr("builds"));

  const Outcome nowhere = Golab("check task1 --seeds 1 --html ../not/there.html");
  EXPECT_EQ(nowhere.status, 4) << nowhere.err;
  EXPECT_THAT(nowhere.err, HasSubstr("not/there.html"));
}

TEST_F(CommandLine, ComparesGoroutineProfiles) {
  const std::string samples = GOLAB_SOURCE_DIR "/lab/profile/testdata/go-1.24-goroutine";
  const Outcome one = Golab("pprof dump " + samples + ".pb.gz");
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("104 goroutines, 5"));
  EXPECT_THAT(one.out, HasSubstr("main.waitForever"));
  Write("before.txt",
        "goroutine profile: total 1\n1 @ "
        "0x47558e\n#\t0x1\tmain.waitForever+0x1\t/src/t5/main.go:10\n");
  const Outcome two = Golab("pprof diff ../before.txt " + samples + "-debug1.txt");
  EXPECT_EQ(two.status, 0) << two.err;
  EXPECT_THAT(two.out, HasSubstr("1 -> 104 goroutines: 5 stacks grew"));
  EXPECT_THAT(two.out, HasSubstr("+99    1 -> 100"));

  const std::pair<const char*, const char*> wrong[] = {
      {"pprof diff ../before.txt", "pprof diff takes two profiles"},
      {"pprof dmp x", "no 'golab pprof dmp'; did you mean 'dump'?"},
      {"pprof dump a b", "pprof dump takes one profile"},
      {"pprof diff --every 60s", "--every and --of belong together"},
      {"pprof diff --every 60s --of ../before.txt", "is no URL"},
      {"pprof diff --every soon --of http://localhost:1", "is no time"},
      {"pprof dump ../before.txt --every 60s", "--every is of pprof diff"},
      {"pprof dump " GOLAB_SOURCE_DIR "/lab/trace/testdata/rich-trace.out",
       "it is an execution trace: golab trace shows it"},
      {"pprof dump ../not-there", "not-there"},
  };
  for (const auto& [words, text] : wrong) {
    const Outcome outcome = Golab(words);
    EXPECT_EQ(outcome.status, 2) << words;
    EXPECT_THAT(outcome.err, HasSubstr(text)) << words;
  }
  // Nobody listens on port 1.
  const Outcome nobody = Golab("pprof diff --every 60s --of http://127.0.0.1:1");
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.err, HasSubstr("does the program serve there?"));
}

TEST_F(CommandLine, WritesTheTimelinePageOfATrace) {
  const std::string trace = GOLAB_SOURCE_DIR "/lab/trace/testdata/rich-trace.out";
  const Outcome whole = Golab("trace " + trace + " --html ../trace.html");
  EXPECT_EQ(whole.status, 0) << whole.err;
  EXPECT_EQ(whole.out, "");
  EXPECT_THAT(ReadAll(folder_ + "/trace.html"), HasSubstr("rich-trace.out timeline"));

  const Outcome twice = Golab("trace " + trace + " --html ../no.html --format chrome");
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.err, HasSubstr("--html goes with neither"));
  const Outcome nowhere = Golab("trace " + trace + " --html ../not/there.html");
  EXPECT_EQ(nowhere.status, 4) << nowhere.err;
  EXPECT_THAT(nowhere.err, HasSubstr("not/there.html"));
  const Outcome no_trace = Golab("trace ../trace.html --html ../no.html");
  EXPECT_EQ(no_trace.status, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/no.html"));
}

TEST_F(CommandLine, ListsEvents) {
  const Outcome run = Golab("run task1 --workers 2 --sleep 10ms --events --html ../run.html");
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("s  G1    start     main.main\n"));
  EXPECT_THAT(run.out, testing::ContainsRegex(" s  G[0-9]+ +block +sleep  main.cc:[0-9]+\n"));
  EXPECT_THAT(run.out, testing::ContainsRegex(" stdout +\"goroutines: "));
  EXPECT_THAT(run.out, HasSubstr("exit      main returned, status 0\n"));
  EXPECT_THAT(ReadAll(folder_ + "/run.html"), HasSubstr("task1 timeline"));
}

TEST_F(CommandLine, ListsWhatIsDoneHereAndWhatComesNext) {
  const Outcome nowhere = Golab("list");
  EXPECT_THAT(nowhere.out, testing::StartsWith("required\n  task1 "));
  EXPECT_THAT(nowhere.out, HasSubstr("\nrecommended\n  task4 "));
  EXPECT_THAT(nowhere.out, HasSubstr("\nstretch\n  s1 "));
  EXPECT_THAT(nowhere.out, HasSubstr("golab init DIR"));

  ASSERT_EQ(Golab("init ../lab").status, 0);
  const auto list = [&] { return Golab("--version && cd ../lab && '" GOLAB "' list").out; };
  EXPECT_THAT(list(), HasSubstr("required\n         task1 "));
  EXPECT_THAT(list(), HasSubstr("\n0 of "));
  EXPECT_THAT(list(), HasSubstr("done here. next: golab show task1\n"));

  const std::string solution = GOLAB_SOURCE_DIR "/tasks/task02_states/solution/main.cc";
  Write("lab/task2/main.cc", ReadAll(solution));
  EXPECT_THAT(list(), HasSubstr("\n  begun  task2 "));
  EXPECT_THAT(list(), HasSubstr("next: golab check task2\n"));
  ASSERT_EQ(Golab("check task2 --no-race --seeds 5 --in ../lab").status, 0);
  EXPECT_THAT(list(), HasSubstr("\n  done   task2 "));
  EXPECT_THAT(list(), HasSubstr("\n1 of "));
  // One check, or one schedule, is not the task.
  Write("lab/task2/main.cc", ReadAll(solution) + "\n");
  EXPECT_THAT(list(), HasSubstr("\n  again  task2 "));
  EXPECT_THAT(list(), HasSubstr("again: changed since it passed"));
  ASSERT_EQ(Golab("check task2 --no-race --only sleep --in ../lab").status, 0);
  EXPECT_THAT(list(), HasSubstr("\n  again  task2 "));
}

TEST_F(CommandLine, ExplainsEveryCheckByItsId) {
  const Outcome one = Golab("explain task1.hold");
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.out, testing::StartsWith("task1.hold: "));
  EXPECT_THAT(one.out, HasSubstr("\n  a check of task1, judged if these pass: rise\n"));
  EXPECT_THAT(one.out, HasSubstr("  rule: "));
  EXPECT_THAT(Golab("explain hold").out, testing::StartsWith("task1.hold: "));
  EXPECT_THAT(Golab("explain task1.joined").out, HasSubstr("  advice of task1"));
  EXPECT_THAT(Golab("explain no-dangling").out, HasSubstr(" more tasks\n"));
  const Outcome unknown = Golab("explain task1.holt");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no term 'task1.holt'"));
}

TEST_F(CommandLine, ChecklistIsClearBeforeAnythingIsBegun) {
  const Outcome nowhere = Golab("checklist");
  EXPECT_EQ(nowhere.status, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("this is no workspace"));
  EXPECT_EQ(Golab("checklist --in .").status, 2);
  EXPECT_EQ(Golab("checklist --format yaml").status, 2);

  ASSERT_EQ(Golab("init ../lab").status, 0);
  const Outcome fresh = Golab("checklist --in ../lab");
  EXPECT_EQ(fresh.status, 1) << fresh.err;
  EXPECT_THAT(fresh.out, HasSubstr("  skip  builds    all that was begun builds\n"));
  EXPECT_THAT(fresh.out, HasSubstr("  FAIL  required  the required tasks are done\n"));
  EXPECT_THAT(fresh.out, HasSubstr("  FAIL  notes "));
  EXPECT_THAT(fresh.out, HasSubstr("nothing is begun yet"));
  EXPECT_THAT(fresh.out, HasSubstr("0 of 6 done; 0 of "));
  EXPECT_THAT(fresh.out, HasSubstr("next: golab show task1\n"));
  const Outcome json = Golab("checklist --in ../lab --format json");
  EXPECT_EQ(json.status, 1);
  EXPECT_THAT(json.out, HasSubstr("\"schema\": \"golab.checklist/1\""));
  EXPECT_THAT(json.out, HasSubstr("\"begun\": 0"));
}

TEST_F(CommandLine, ChecklistJudgesWhatWasBegun) {
  ASSERT_EQ(Golab("init ../lab").status, 0);
  const std::string tasks = GOLAB_SOURCE_DIR "/tasks/";
  Write("lab/task1/main.cc", ReadAll(tasks + "task01_num_goroutine/mutants/one_never_ends.cc"));
  Write("lab/task2/main.cc", ReadAll(tasks + "task02_states/solution/main.cc"));
  for (const char* file : {"work.cc", "work_test.cc"})
    Write(std::string("lab/task3/") + file,
          ReadAll(tasks + "task03_leak_baseline/solution/" + file));
  Write("lab/NOTES.md", "# Notes\nthe busy loop is shown as runnable\n");
  const Outcome failing = Golab("checklist --in ../lab");
  EXPECT_EQ(failing.status, 1) << failing.err;
  EXPECT_THAT(failing.out, HasSubstr("  ok    builds "));
  EXPECT_THAT(failing.out, HasSubstr("  ok    tests "));
  EXPECT_THAT(failing.out, HasSubstr("2 of 3 done; task1 fails"));
  EXPECT_THAT(failing.out, HasSubstr("NOTES.md: 7 words"));

  Write("lab/task1/main.cc", ReadAll(tasks + "task01_num_goroutine/solution/main.cc"));
  const Outcome complete = Golab("checklist --in ../lab");
  EXPECT_EQ(complete.status, 0) << complete.out << complete.err;
  EXPECT_THAT(complete.out, HasSubstr("6 of 6 done; 3 of "));
  EXPECT_THAT(Golab("--version && cd ../lab && '" GOLAB "' list").out,
              HasSubstr("done here. next: golab show task4\n"));
}

}  // namespace
}  // namespace golab::app
