#pragma once
// What golab says of a task to people: the status list, the block of the root cause, the summary,
// the commands that replay it and go on. Pure functions of a report; nothing here knows a task.
//
// The parts of a block, in this order, each left out where it has no content: line one; context;
// expected and actual; creation sites; 1 to 3 places; timeline or story; Go's own words; rule; try;
// note; the compiler's line. At most 22 lines without -v.

#include <string>
#include <vector>

#include "lab/explain/line.h"
#include "lab/explain/style.h"
#include "lab/report/report.h"

namespace golab::lab {

/// The block of one check that failed (or could not be judged), without a newline before it.
Lines BlockLines(const CheckReport& check, const std::string& subject, const Style& style);

/// The block as the `explanation` of machine formats: 80 columns, ASCII.
std::string Explanation(const CheckReport& check, const std::string& subject);

/// What comes after a success: what was shown, what to look at, what is next.
struct Success {
  struct Look {
    std::string command;
    std::string what;
  };

  std::string shown;       ///< "your test tells 6 kinds of RunWork apart"
  std::vector<Look> look;  ///< {"golab diff task3", "beside the reference, with comments"}
  std::string next;        ///< "task4  Goexit by hand"
  std::string progress;    ///< "required: 3 of 3 done; in all 3 of 17"
};

/// All that is said of one task. `report` gives subject and reproducibility; `success` may be null.
std::string TaskText(const TaskReport& task, const Report& report, const Style& style,
                     const Success* success = nullptr);

/// All tasks of a report, and a last line that sums them up where there are several.
std::string ReportText(const Report& report, const Style& style, const Success* success = nullptr);

}  // namespace golab::lab
