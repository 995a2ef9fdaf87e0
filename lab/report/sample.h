#pragma once
// Reports for tests: every outcome, nothing at all, and a submission that does its worst.

#include "lab/report/report.h"

namespace golab::lab::sample {

Report AllPass();
Report OneFails();   ///< task1 fails, task2 did not build, task3 passes, task4 was not attempted
Report Empty();      ///< no tasks
Report Hostile();    ///< NUL, ESC, ]]>, # SKIP, invalid UTF-8, 10 MB of output
Report Many(int n);  ///< n tasks

}  // namespace golab::lab::sample
