#pragma once
// Several tasks at once: while one waits, for real time or for its search, others are at work.

#include <vector>

#include "lab/judge/judge.h"

namespace golab::lab {

/// What JudgeTask is to be asked. `options.jobs` and `options.seats` are set by JudgeTasks.
struct TaskToJudge {
  const Task* task = nullptr;
  JudgedSubject subject;
  const Builder* builder = nullptr;
  JudgeOptions options;
};

/// Judges them on `jobs` threads in all; what comes out does not depend on their number. Reports
/// come in the order of `tasks`. Error: the first task's that has one; then others may not have
/// been judged.
Result<std::vector<TaskReport>> JudgeTasks(const std::vector<TaskToJudge*>& tasks, int jobs);

}  // namespace golab::lab
