#include "lab/judge/judge_tasks.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

namespace golab::lab {
namespace {

bool HasRealTime(const Task& task) {
  return std::any_of(task.cases.begin(), task.cases.end(),
                     [](const Case& one) { return one.procs > 0; });
}

/// Those that take as long as they take come first, so that the others fill the time.
std::vector<std::size_t> OrderOf(const std::vector<TaskToJudge*>& tasks) {
  std::vector<std::size_t> order(tasks.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_partition(order.begin(), order.end(),
                        [&tasks](std::size_t i) { return HasRealTime(*tasks[i]->task); });
  return order;
}

}  // namespace

Result<std::vector<TaskReport>> JudgeTasks(const std::vector<TaskToJudge*>& tasks, int jobs) {
  const int at_once = std::clamp(static_cast<int>(tasks.size()), 1, std::max(1, jobs));
  const std::vector<std::size_t> order = OrderOf(tasks);
  std::vector<std::optional<Result<TaskReport>>> judged(tasks.size());
  Seats seats(std::max(1, jobs) - at_once);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t i; !failed && (i = next.fetch_add(1)) < order.size();) {
      TaskToJudge& one = *tasks[order[i]];
      one.options.jobs = jobs;
      one.options.seats = &seats;
      auto report = JudgeTask(*one.task, one.subject, one.builder, one.options);
      if (!report) failed = true;
      judged[order[i]] = std::move(report);
    }
    seats.Leave();  // to the tasks that are still being judged
  };
  std::vector<std::thread> others;
  for (int i = 1; i < at_once; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::vector<TaskReport> reports;
  for (auto& one : judged) {
    if (one && !*one) return tl::unexpected(one->error());
  }
  for (auto& one : judged) reports.push_back(std::move(**one));
  return reports;
}

}  // namespace golab::lab
