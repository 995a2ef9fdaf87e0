// What people read, as text: golden files at several widths, and rules that hold for any text.

#include "lab/explain/block.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "lab/explain/width.h"
#include "lab/explain/words.h"
#include "lab/report/golden.h"

namespace golab::lab {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

CheckReport Check(const std::string& id, Outcome outcome, const std::string& message) {
  CheckReport check;
  check.id = id;
  check.outcome = outcome;
  check.message = message;
  return check;
}

Place PlaceOf(const std::string& file, int line, int column, const std::string& label,
              const std::string& source, const std::string& callee = "") {
  Place place;
  place.file = file;
  place.line = line;
  place.column = column;
  place.label = label;
  place.source = source;
  place.callee = callee;
  return place;
}

// Ten workers cut off by main's end.
CheckReport Hold() {
  CheckReport check =
      Check("task1.hold", Outcome::kFail, "main ended while all 10 workers were in their sleep");
  check.expected = "each sleeps 1 s, to the end";
  check.actual = "10 of 10 cut off after 0.500 s";
  check.rule = "when main returns, all others are cut off (golab explain join)";
  check.ask = "what tells main that a worker has ended, and where does main wait for it?";
  check.places = {PlaceOf("main.cc", 23, 3, "main's last wait; no line waits for the workers",
                          "  time::Sleep(500 * time::Millisecond);")};
  TimelineRow main{"main",
                   1,
                   0,
                   500 * kMs,
                   TimelineRow::End::kEnded,
                   {{Phase::kRunning, 0, 0},
                    {Phase::kWaiting, 0, 500 * kMs},
                    {Phase::kRunning, 500 * kMs, 500 * kMs}},
                   "",
                   {}};
  TimelineRow monitor{
      "Monitor",  1, 0, 500 * kMs, TimelineRow::End::kCutOff, {{Phase::kWaiting, 0, 500 * kMs}},
      "[select]", {}};
  for (std::uint64_t at = 100 * kMs; at <= 500 * kMs; at += 100 * kMs)
    monitor.segments.push_back({Phase::kRunning, at, at});
  TimelineRow workers{
      "10 x Worker", 10, 0, 500 * kMs, TimelineRow::End::kCutOff, {{Phase::kWaiting, 0, 500 * kMs}},
      "[sleep]",     {}};
  check.timeline = {0, 500 * kMs, {main, monitor, workers}};
  check.replay = "golab check task1 --seed 41";
  check.seed = "41";
  check.schedules = check.failed_schedules = 20;
  GoroutineReport g;
  g.id = 6;
  g.function = "main.Worker";
  g.created_at = "main.cc:19";
  g.wait_reason = "sleep";
  g.stack = {"main.Worker main.cc:9"};
  check.goroutines = {g};
  return check;
}

// A broken limit that few schedules show, told as a story.
CheckReport Limit() {
  CheckReport check =
      Check("s1.limit", Outcome::kFail, "4 functions ran at the same moment, the limit is 3");
  check.story = {{"", "goroutine 6", "ends: running goes from 3 to 2", "group.cc:41"},
                 {"", "main", "reads running: 2, less than 3", "group.cc:22"},
                 {"", "goroutine 9", "reads running: 2, less than 3", "group.cc:22"},
                 {"", "both", "add 1, start a function (in any order)", "group.cc:23"}};
  check.rule = "test and change must be one step (golab explain check-then-act)";
  check.ask = "which one operation waits for a free place and takes it?";
  check.failed_schedules = 3;
  check.schedules = 200;
  check.replay = "golab check s1 --seed 17";
  return check;
}

// A loop that goes on for ever: places of several kinds, Go's own words, creation sites, a note.
CheckReport Sites() {
  CheckReport check =
      Check("task5.waiting", Outcome::kFail, "101 goroutines wait in [chan receive], not 100");
  check.sites = {{100, "main.cc:19"}, {1, "main.cc:22"}};
  check.places = {
      PlaceOf("main.cc", 22, 0, "outside the loop of lines 18-20", "\tgo(WaitForever, ch);", "go"),
      PlaceOf("main.cc", 9, 0, "all wait here", "  ch.Recv();"),
      PlaceOf("lib/more.cc", 140, 0, "not the program's text", "")};
  check.go_says = "fatal error: all goroutines are asleep - deadlock!";
  check.rule = "\"created by\" names the go call's line (golab explain created-by)";
  check.ask = "which of the two sites does the task ask for?";
  check.note = "the program printed \"PASS\"; golab judges what ran, not what is printed";
  check.context = "golab ran it with 100 goroutines, the default";
  return check;
}

TaskReport Task1() {
  TaskReport task;
  task.id = "task1";
  task.title = "NumGoroutine over a lifecycle";
  task.outcome = Outcome::kFail;
  task.root = "task1.hold";
  task.schedules = 20;
  task.seconds = 0.031;
  task.checks = {
      Check("task1.rise", Outcome::kPass,
            "10 workers sleep at once; 12 alive, main and monitor included"),
      Hold(), Check("task1.fall", Outcome::kSkip, "not judged: it needs hold"),
      Check("task1.no-leak", Outcome::kSkip, "not judged: it needs hold"),
      Check("task1.monitor", Outcome::kPass, "4 lines, each a count of its own interval")};
  for (const char* id : {"builds", "flags", "ends", "no-crash", "no-race", "no-dangling"}) {
    task.checks.push_back(Check(std::string("task1.") + id, Outcome::kPass, ""));
  }
  return task;
}

TaskReport Task3() {
  TaskReport task;
  task.id = "task3";
  task.title = "A leak test with a baseline";
  task.outcome = Outcome::kPass;
  task.schedules = 100;
  task.distinct_schedules = 88;
  task.seconds = 0.09;
  task.checks.assign(12, Check("task3.x", Outcome::kPass, "a fact"));
  return task;
}

Style At(int width, bool unicode = false, bool colour = false) {
  Style style;
  style.width = width;
  style.unicode = unicode;
  style.colour = colour;
  return style;
}

std::string Block(const CheckReport& check, const Style& style) {
  return Print(BlockLines(check, "answers/", style), style.colour);
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool IsControl(char c) {
  return c != '\n' && c >= 0 && c < ' ';
}

std::string WithoutColour(const std::string& text) {
  std::string bare;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (text[i] != 'm') ++i;
    } else {
      bare += text[i];
    }
  }
  return bare;
}

const std::vector<CheckReport>& Samples() {
  static const std::vector<CheckReport> samples = {Hold(), Limit(), Sites()};
  return samples;
}

void Golden(const std::string& text, const std::string& name) {
  ExpectGolden(text, "lab/explain/testdata/" + name + ".txt");
}

TEST(Block, IsGoldenAtEachWidth) {
  for (const auto& check : Samples()) {
    Golden(Block(check, At(80)), check.id + ".80");
    Golden(Block(check, At(60)), check.id + ".60");
    Golden(Block(check, At(45)), check.id + ".45");
    Golden(Block(check, At(100, true)), check.id + ".unicode");
    Golden(Block(check, At(80, false, true)), check.id + ".colour");
    Style plain = At(80);
    plain.plain = true;
    Golden(Block(check, plain), check.id + ".plain");
  }
}

TEST(Block, StaysInItsWidthAndLength) {
  for (const auto& check : Samples()) {
    for (int width = 40; width <= 100; ++width) {
      SCOPED_TRACE(check.id + " at " + std::to_string(width));
      const auto lines = Split(Block(check, At(width, width % 2 == 0)));
      EXPECT_LE(lines.size(), 22u);
      for (const auto& line : lines) EXPECT_LE(CellWidth(line), width) << line;
    }
  }
}

TEST(Block, LosesNothingToWidth) {
  for (const int width : {41, 59, 60, 69, 80, 100}) {
    std::string joined;
    for (const auto& line : Split(Block(Hold(), At(width)))) {
      joined += line.substr(line.find_first_not_of(" |")) + " ";
    }
    for (const char* word :
         {"sleep", "(golab explain join)", "10 of 10", "no line waits", "[select]", "cut off"}) {
      EXPECT_NE(joined.find(word), std::string::npos) << word << " at " << width << "\n" << joined;
    }
  }
}

TEST(Block, ColourAddsNothingElse) {
  for (const auto& check : Samples()) {
    for (const bool unicode : {false, true}) {
      EXPECT_EQ(WithoutColour(Block(check, At(80, unicode, true))),
                Block(check, At(80, unicode, false)));
    }
  }
  for (const auto& line : Split(Block(Hold(), At(80, false, true)))) {
    EXPECT_EQ(line.rfind("\x1b["), line.rfind("\x1b[0m")) << line;  // each colour ends on its line
  }
}

TEST(Block, IsAsciiUnlessAsked) {
  for (const auto& check : Samples()) {
    for (const char c : Block(check, At(80))) EXPECT_GE(c, 0);
    EXPECT_EQ(Explanation(check, "answers/"), Block(check, MachineStyle()));
  }
}

TEST(Block, NamesTheReference) {
  EXPECT_EQ(Explanation(Limit(), "reference").rfind("FAIL s1.limit (reference): 4 functions", 0),
            0u);
}

TEST(Block, HostileTextMovesNothing) {
  CheckReport check = Hold();
  const std::string evil =
      "  x(\"\x1b[2J\x07\xff\xfe\r\n\xe2\x80\xae\") ; " + std::string(10'000, 'y') + " Sleep(); z";
  check.message = check.context = check.expected = check.actual = check.rule = check.ask =
      check.note = evil;
  check.go_says = check.compiler = evil;
  const auto at = static_cast<int>(evil.find("Sleep")) + 1;
  check.places = {PlaceOf(evil, 1, at, evil, evil), PlaceOf(evil, 1'000'000, 9'999'999, evil, evil),
                  PlaceOf("a.cc", -1, -1, evil, "\t\t\t" + std::string(300, '\xe7'))};
  check.story = {{evil, evil, evil, evil}};
  check.sites = {{1, evil}};
  check.timeline.rows[0].label = check.timeline.rows[0].tail = evil;
  for (int width = 40; width <= 100; width += 5) {
    for (const bool unicode : {false, true}) {
      SCOPED_TRACE(width);
      const std::string text = Block(check, At(width, unicode));
      EXPECT_EQ(std::count_if(text.begin(), text.end(), IsControl), 0);
      const auto lines = Split(text);
      EXPECT_LE(lines.size(), 22u + 8);  // 14 parts of two lines at least
      EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
    }
  }
  Style plain;
  plain.plain = true;
  const std::string told = Block(check, plain);
  EXPECT_EQ(std::count_if(told.begin(), told.end(), IsControl), 0);
}

TEST(Block, CaretStandsUnderItsColumn) {
  struct {
    const char* name;
    Place place;
    std::string want;
  } const cases[] = {
      {"column", PlaceOf("m.cc", 3, 8, "here", "  abc->def();"),
       "  m.cc:3 |   abc->def();\n         |        ^ here\n"},
      {"tabs", PlaceOf("m.cc", 3, 6, "here", "\tab\t\tc();"),
       "  m.cc:3 |   ab    c();\n         |         ^ here\n"},
      {"searched", PlaceOf("m.cc", 3, 0, "here", "  Sleeper(Sleep(1));", "Sleep"),
       "  m.cc:3 |   Sleeper(Sleep(1));\n         |           ^ here\n"},
      {"unknown", PlaceOf("m.cc", 3, 0, "here", "  abc();"), "  m.cc:3 |   abc();   <- here\n"},
      {"beyond", PlaceOf("m.cc", 3, 80, "here", "  abc();"), "  m.cc:3 |   abc();   <- here\n"},
      {"no source", PlaceOf("m.cc", 3, 8, "here", ""), "  m.cc:3  here\n"},
      {"wide", PlaceOf("m.cc", 3, 10, "here", "  \"\xe4\xb8\xad\xe6\x96\x87\", x"),
       "  m.cc:3 |   \"????\", x\n         |        ^ here\n"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    CheckReport check = Check("t.a", Outcome::kFail, "m");
    check.places = {c.place};
    EXPECT_EQ(Block(check, At(80)), "FAIL t.a: m\n" + c.want);
  }
}

TEST(Block, LongLinesAreCutAroundTheCaret) {
  CheckReport check = Check("t.a", Outcome::kFail, "m");
  const std::string source = "  " + std::string(500, 'a') + "Sleep(1);" + std::string(500, 'b');
  check.places = {PlaceOf("m.cc", 3, 503, "here", source)};
  const auto lines = Split(Block(check, At(80)));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_LE(lines[1].size(), 80u);
  EXPECT_EQ(lines[1][lines[2].find('^')], 'S');
  EXPECT_EQ(lines[1].substr(lines[1].size() - 3), "...");
}

TEST(Block, ErrorsAreNamedSo) {
  EXPECT_EQ(Block(Check("task6.builds", Outcome::kError, "it did not build"), At(80)),
            "ERROR task6.builds: it did not build\n");
}

TEST(Task, IsGolden) {
  Report report;
  report.subject = "answers/";
  const TaskReport task = Task1();
  Golden(TaskText(task, report, At(80, true)), "task1.unicode");
  Golden(TaskText(task, report, At(80)), "task1.80");
  Golden(TaskText(task, report, At(60)), "task1.60");
  Style style = At(80);
  style.detail = 1;
  Golden(TaskText(task, report, style), "task1.v");
  style.detail = -1;
  EXPECT_EQ(TaskText(task, report, style),
            "task1 FAIL hold: main ended while all 10 workers were in their sleep\n");
}

TEST(Task, ASecondFailureOfOneCauseIsNoSecondFailure) {
  Report report;
  TaskReport task = Task1();
  CheckReport leak =
      Check("task1.no-leak", Outcome::kFail, "10 goroutines wait in [sleep] after main's return");
  leak.goroutines = Hold().goroutines;
  leak.goroutines.insert(leak.goroutines.begin(), GoroutineReport{});
  leak.goroutines[0].id = 1;
  leak.places = {PlaceOf("main.cc", 9, 0, "they wait here", ""), Hold().places[0]};
  task.checks[3] = leak;
  const std::string text = TaskText(task, report, At(80));
  EXPECT_NE(text.find("FAIL  hold     see below; also: no-leak (same cause)\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("10 goroutines wait"), std::string::npos) << text;
  EXPECT_NE(text.find("2 FAIL (2 of one cause)"), std::string::npos) << text;

  task.checks[3].places[1].line = 24;  // elsewhere: a fault of its own
  const std::string apart = TaskText(task, report, At(80));
  EXPECT_NE(apart.find("FAIL  no-leak  10 goroutines wait"), std::string::npos) << apart;
}

TEST(Block, DetailsAreEverybodysStacksAndTheSchedulesThatFail) {
  CheckReport check = Limit();
  GoroutineReport main;
  main.id = 1;
  main.status = "runnable";
  main.function = "main.main";
  GoroutineReport workers;
  workers.id = 6;
  workers.alike = 10;
  workers.wait_reason = "sleep";
  workers.function = "main.Worker";
  workers.stack = {"main.Worker main.cc:9"};
  workers.created_at = "main.cc:19";
  check.goroutines = {workers};
  check.everyone = {main, workers};
  check.seed = "17";
  check.failed_seeds = {"17", "90", "91"};
  check.switches = 214;
  check.shortest = 6;
  Style style = At(80);
  EXPECT_EQ(Block(check, style).find("seeds that fail"), std::string::npos);
  style.detail = 1;
  const std::string text = Block(check, style);
  for (const char* want :
       {"  goroutine 1 [runnable] main.main\n",
        "  10 goroutines, goroutine 6 the first of them [sleep] main.Worker\n"
        "      main.Worker main.cc:9\n      created at main.cc:19\n",
        "  seeds that fail: 17 90 91\n",
        "  schedule: seed 17 leaves Go's order 214 times; 6 of them are shown\n"}) {
    EXPECT_NE(text.find(want), std::string::npos) << want << "in\n" << text;
  }
  style.plain = true;
  EXPECT_NE(Block(check, style).find("Schedules: seeds that fail: 17 90 91\n"), std::string::npos)
      << Block(check, style);
}

TEST(Task, SuccessIsOneLineAndWhatToDoNext) {
  Report report;
  report.subject = "answers/";
  Success success;
  success.shown = "your test tells 6 kinds of RunWork apart, with 2 or 5 alive before";
  success.look = {{"golab diff task3", "beside the reference, with comments"},
                  {"golab run task3 --variation leak", "your test at work on a real leak"}};
  success.next = "task4  Goexit by hand";
  success.progress = "required: 3 of 3 done; in all 3 of 17";
  Golden(TaskText(Task3(), report, At(80), &success), "success.80");
  Golden(TaskText(Task3(), report, At(50), &success), "success.50");
  report.reproducible = true;
  EXPECT_EQ(TaskText(Task3(), report, At(80)),
            "task3 passes: 12 checks, 100 runs, 88 different schedules\n");
  TaskReport proved = Task3();
  proved.distinct_schedules = proved.proved_schedules = 51;
  EXPECT_EQ(TaskText(proved, report, At(80)),
            "task3 passes: 12 checks, 100 runs, 51 different schedules\n"
            "  proved: all 51 schedules that differ (this input, exact timers, switches at\n"
            "    runtime calls) pass\n");
  Style quiet = At(80);
  quiet.detail = -1;
  EXPECT_EQ(TaskText(Task3(), report, quiet), "task3 ok\n");
}

TEST(Task, NotAttemptedIsOneLine) {
  Report report;
  report.reproducible = true;
  TaskReport task;
  task.id = "task4";
  task.title = "Goexit by hand";
  task.attempted = false;
  const auto lines = Split(TaskText(task, report, At(80)));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], "  skip  still the starter");
}

TEST(Task, OtherFailuresShowTheirLineOne) {
  Report report;
  report.reproducible = true;
  TaskReport task = Task1();
  CheckReport same = Hold();
  same.id = "task1.fall";
  task.checks[2] = same;
  task.checks[4] = Check("task1.monitor", Outcome::kFail, "2 lines show a count from before");
  task.advice = {{"task1.joined", "main waits by a longer sleep"}};
  const std::string text = TaskText(task, report, At(80));
  EXPECT_NE(text.find("  FAIL  hold     see below; also: fall (same cause)\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  FAIL  monitor  2 lines show a count from before\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  advice joined: main waits by a longer sleep\n"), std::string::npos)
      << text;
}

TEST(Report, SeveralTasksAreSummedUp) {
  Report report;
  report.subject = "reference";
  report.reproducible = true;
  report.tasks = {Task3(), Task1()};
  const std::string text = ReportText(report, At(80));
  EXPECT_EQ(
      text.rfind("task3 (reference) passes: 12 checks, 100 runs, 88 different schedules\n\ntask1",
                 0),
      0u)
      << text;
  EXPECT_NE(text.find("\n\n2 tasks: 1 ok, 1 FAIL\n"), std::string::npos) << text;
}

TEST(Style, FollowsTheTerminal) {
  Terminal t;
  EXPECT_EQ(StyleFor(t).width, 80);
  EXPECT_FALSE(StyleFor(t).colour);
  t.is_terminal = true;
  t.columns = 140;
  t.locale = "en_GB.UTF-8";
  EXPECT_EQ(StyleFor(t).width, 100);
  EXPECT_TRUE(StyleFor(t).colour);
  EXPECT_TRUE(StyleFor(t).unicode);
  t.no_color = true;
  EXPECT_FALSE(StyleFor(t).colour);
  t.locale = "ja_JP.UTF-8";
  EXPECT_FALSE(StyleFor(t).unicode);
  t.columns = 39;
  EXPECT_TRUE(StyleFor(t).plain);
  t.columns = 80;
  t.term = "dumb";
  EXPECT_TRUE(StyleFor(t).plain);
}

TEST(Words, SamplesHoldNoForbiddenOnes) {
  for (const auto& check : Samples()) {
    EXPECT_EQ(ForbiddenWords(Block(check, At(80))), std::vector<std::string>{});
  }
}

TEST(Words, AreFound) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(ForbiddenWords("you forgot to just wait, sorry!"),
            (Words{"you forgot", "just", "sorry", "!"}));
  EXPECT_EQ(ForbiddenWords("the goroutine hangs"), Words{"hangs"});
  EXPECT_EQ(ForbiddenWords("'thread' and \"please\" are quoted; std::thread is a name"), Words{});
  EXPECT_EQ(ForbiddenWords("  as Go says it: fatal error: all goroutines are asleep - deadlock!"),
            Words{});
  EXPECT_EQ(ForbiddenWords("its own thread", {"thread"}), Words{});
  EXPECT_EQ(ForbiddenWords("adjust the justice"), Words{});
}

TEST(Words, ExplainedTerms) {
  EXPECT_EQ(ExplainedTerms("a rule (golab explain join); b (golab explain \"chan receive\")."),
            (std::vector<std::string>{"join", "chan receive"}));
}

TEST(Wrap, BreaksAtSpacesAndLongWords) {
  using L = std::vector<std::string>;
  EXPECT_EQ(Wrap("one two three", 7, 5), (L{"one two", "three"}));
  EXPECT_EQ(Wrap("", 7, 5), L{""});
  EXPECT_EQ(Wrap("abcdefghij", 4, 4), (L{"abcd", "efgh", "ij"}));
  EXPECT_EQ(Wrap("a abcdefghij", 4, 4), (L{"a", "abcd", "efgh", "ij"}));
  EXPECT_EQ(Wrap("\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad", 4, 4),
            (L{"\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad"}));
}

}  // namespace
}  // namespace golab::lab
