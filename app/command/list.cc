// golab list, show, explain: what there is to read.

#include <algorithm>
#include <cstdio>

#include "app/command/commands.h"
#include "app/terminal/markdown.h"
#include "lab/catalogue/duration.h"
#include "lab/explain/line.h"
#include "lab/explain/terms.h"
#include "lab/explain/width.h"
#include "lab/workspace/task_files.h"

namespace golab::app {

using lab::ExitClass;

namespace {

int WidestId(const lab::Catalogue& catalogue) {
  int widest = 0;
  for (const lab::Task& task : catalogue.tasks) widest = std::max(widest, lab::CellWidth(task.id));
  return widest;
}

void PrintGroup(const lab::Catalogue& catalogue, bool required, const lab::Style& style) {
  lab::Lines lines;
  for (const lab::Task& task : catalogue.tasks) {
    if (task.required != required) continue;
    if (lines.empty() && style.detail >= 0) lines.emplace_back(required ? "required" : "optional");
    const int width = WidestId(catalogue);
    lines.emplace_back("  " + lab::PadTo(task.id, width) + "  " + task.title);
    if (style.detail <= 0) continue;
    for (const lab::Variation& variation : task.variations) {
      lines.emplace_back("  " + lab::PadTo("", width) + "    --variation " + variation.id + ": " +
                         variation.title);
    }
  }
  std::fputs(lab::Print(lines, style.colour).c_str(), stdout);
}

std::string Facts(const lab::Task& task, int width) {
  std::string text;
  if (!task.parameters.empty()) text += "\nflags of the program:\n";
  for (const lab::Parameter& parameter : task.parameters) {
    text +=
        "  --" + parameter.name + "  " + parameter.help + " (" + parameter.default_value + ")\n";
  }
  for (const lab::Variation& variation : task.variations) {
    text += "\nvariation " + variation.id + ": " + variation.title + "\n";
    for (const std::string& line : lab::Wrap("shows " + variation.shows, width - 2, width - 2))
      text += "  " + line + "\n";
  }
  return text;
}

}  // namespace

ExitStatus RunList(Context& context) {
  auto catalogue = context.Catalogue();
  if (!catalogue) return Complain(catalogue.error());
  PrintGroup(**catalogue, true, context.style);
  PrintGroup(**catalogue, false, context.style);
  if (context.style.detail >= 0)
    std::printf("golab show TASK says what to do; golab init DIR makes a folder to do it in.\n");
  return ExitStatus::kPassed;
}

ExitStatus RunShow(Context& context) {
  auto task = context.Task(context.arguments.positional.front());
  if (!task) return Complain(task.error());
  const int width = context.style.width;
  const std::string_view readme = lab::TaskFiles::Bytes((*task)->id, "README.md");
  std::string text = readme.data() == nullptr ? (*task)->id + "  " + (*task)->title + "\n"
                                              : FillMarkdown(readme, width);
  if (readme.data() == nullptr || context.style.detail > 0) text += Facts(**task, width);
  std::fputs(text.c_str(), stdout);
  return ExitStatus::kPassed;
}

ExitStatus RunExplain(Context& context) {
  if (context.arguments.positional.empty()) {
    std::fputs(lab::ListTerms(context.style.width).c_str(), stdout);
    return ExitStatus::kPassed;
  }
  std::string word;
  for (const std::string& part : context.arguments.positional)
    word += (word.empty() ? "" : " ") + part;
  std::string complaint;
  const std::string text = lab::ExplainTerm(word, &complaint);
  if (text.empty()) return Complain({.what = complaint, .exit_class = ExitClass::kUsage});
  std::fputs(text.c_str(), stdout);
  return ExitStatus::kPassed;
}

}  // namespace golab::app
