#pragma once
// --html FILE: the timeline pages of what a command runs.

#include <functional>
#include <optional>
#include <string>

#include "app/command/arguments.h"
#include "lab/error.h"
#include "lab/page/timeline.h"
#include "lab/report/report.h"

namespace golab::app {

/// The option, for commands that have it.
extern const Option kHtmlOption;

class HtmlOutput {
 public:
  /// `several`: pages of several tasks are asked for: then, or where FILE is a folder, a page goes
  /// into that folder as TASK.html.
  HtmlOutput(const Arguments& arguments, bool several);

  /// For JudgeOptions::page: puts the page into `taken`. Null where no page is asked for.
  std::function<void(lab::page::Timeline)> Taker(std::optional<lab::page::Timeline>* taken) const;

  /// Writes the page that was taken for `report`, and tells the report its address. No page was
  /// taken: nothing. Says on stderr why a page is plain.
  lab::Result<void> Write(std::optional<lab::page::Timeline> taken, lab::TaskReport* report);

 private:
  std::string file_;
  bool is_folder_ = false;
  bool said_plain_ = false;
};

/// The page of a timeline that is no task's (a trace), to FILE.
lab::Result<void> WriteHtml(const std::string& file, lab::page::Timeline timeline);

}  // namespace golab::app
