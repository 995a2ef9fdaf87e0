#include "lab/report/sample.h"

namespace golab::lab::sample {
namespace {

CheckReport Check(const std::string& id, Outcome outcome, const std::string& message) {
  CheckReport check;
  check.id = id;
  check.sentence = "what must hold for " + id;
  check.outcome = outcome;
  check.message = message;
  check.max_points = 1;
  check.points = outcome == Outcome::kPass ? 1 : 0;
  return check;
}

// Sums and the verdict, as a judge computes them.
TaskReport Task(const std::string& id, std::vector<CheckReport> checks) {
  TaskReport task;
  task.id = id;
  task.title = "Title of " + id;
  task.required = true;
  task.outcome = Outcome::kPass;
  task.seconds = 0.25;
  task.schedules = 20;
  for (const auto& check : checks) {
    task.points += check.points;
    task.max_points += check.max_points;
    if (check.outcome == Outcome::kFail || check.outcome == Outcome::kError) {
      if (task.root.empty()) task.root = check.id;
      task.outcome = check.outcome;
    }
  }
  task.checks = std::move(checks);
  return task;
}

Report Of(std::vector<TaskReport> tasks) {
  Report report;
  report.golab_version = "1.0.0";
  report.subject = "reference";
  report.seeds = 20;
  report.outcome = Outcome::kPass;
  report.started = 1'795'514'400;
  for (const auto& task : tasks) {
    report.points += task.points;
    report.max_points += task.max_points;
    report.seconds += task.seconds;
    if (task.outcome == Outcome::kFail || task.outcome == Outcome::kError) {
      report.outcome = Outcome::kFail;
    }
  }
  report.tasks = std::move(tasks);
  return report;
}

CheckReport Hold() {
  CheckReport hold =
      Check("task1.hold", Outcome::kFail, "main ended while all 10 workers were in their sleep");
  hold.cause = "main-gone";
  hold.expected = "each sleeps 1 s, to the end";
  hold.actual = "10 of 10 cut off after 0.500 s";
  hold.rule = "when main returns, all others are cut off (golab explain join)";
  hold.ask = "what tells main that a worker has ended, and where does main wait for it?";
  hold.explanation = "FAIL task1.hold: main ended while all 10 workers were in their sleep\n";
  hold.seed = "41";
  hold.parameters = {{"workers", "10"}};
  hold.replay = "golab check task1 --seed 41";
  hold.failed_schedules = 20;
  hold.schedules = 20;
  hold.places = {{"main-went-on", "main.cc", 23, 3, 1,
                  "main's last wait; no line waits for the workers",
                  "  time::Sleep(500 * time::Millisecond);", "Sleep"}};
  GoroutineReport g;
  g.id = 6;
  g.function = "main.Worker";
  g.created_at = "main.cc:19";
  g.status = "waiting";
  g.wait_reason = "sleep";
  g.stack = {"main.Worker main.cc:9"};
  hold.goroutines = {g};
  return hold;
}

}  // namespace

Report AllPass() {
  return Of({Task("task1", {Check("task1.rise", Outcome::kPass, "10 workers sleep at once"),
                            Check("task1.hold", Outcome::kPass, "each slept 1 s")})});
}

Report OneFails() {
  TaskReport failed =
      Task("task1", {Check("task1.rise", Outcome::kPass, "10 workers sleep at once"), Hold(),
                     Check("task1.fall", Outcome::kSkip, "not judged: it needs hold")});
  failed.advice = {{"task1.joined", "main waits by a longer sleep"}};
  failed.output = "goroutines: 12\n";
  TaskReport broken =
      Task("task2", {Check("task2.builds", Outcome::kError, "the lambda at main.cc:12 uses 'wg'"),
                     Check("task2.sleep", Outcome::kSkip, "not judged: it did not build")});
  TaskReport passes = Task("task3", {Check("task3.joins", Outcome::kPass, "all five ended")});
  passes.schedules = 71;
  passes.distinct_schedules = passes.proved_schedules = 51;
  TaskReport absent;
  absent.id = "task4";
  absent.title = "Goexit by hand";
  absent.attempted = false;
  absent.max_points = 4;
  return Of({failed, broken, passes, absent});
}

Report Empty() {
  return Of({});
}

Report Hostile() {
  using namespace std::string_literals;
  const std::string evil =
      "nul\0 esc\x1b[31m ]]> &<\"' # SKIP \\ ...\n---\nok 7 - \xff\xfe \xed\xa0\x80 \xf0\x9f\x98\x80 \x7f\xc2\x85\xe2\x80\xa8 50%"s;
  CheckReport check = Check("task1.hold", Outcome::kFail, evil);
  check.expected = check.actual = check.rule = evil;
  check.explanation = evil + "\n" + std::string(200'000, 'x');
  check.replay = "golab check task1 --in 'a b/%s' --seed 41";
  check.places = {{"created-at", "a b/%" + evil, 3, 1, 7, evil, evil, ""}};
  check.parameters = {{evil, evil}};
  GoroutineReport g;
  g.id = 7;
  g.status = g.created_at = g.function = evil;
  g.stack = {evil};
  check.goroutines = {g};
  CheckReport skipped = Check("task1.fall", Outcome::kSkip, evil);
  TaskReport task = Task("task1", {check, skipped, Check("task1.rise", Outcome::kPass, evil)});
  task.title = evil;
  task.output = evil;
  while (task.output.size() < (10u << 20)) task.output += task.output;
  task.advice = {{evil, evil}};
  Report report = Of({task});
  report.subject = evil;
  return report;
}

Report Many(int n) {
  std::vector<TaskReport> tasks;
  for (int i = 0; i < n; ++i) {
    const std::string id = "task" + std::to_string(i);
    tasks.push_back(Task(id, {Check(id + ".a", Outcome::kPass, "a fact"),
                              Check(id + ".b", Outcome::kFail, "a fault")}));
  }
  return Of(tasks);
}

}  // namespace golab::lab::sample
