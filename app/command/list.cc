// golab list, show, explain: what there is to read.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "app/command/commands.h"
#include "app/terminal/markdown.h"
#include "lab/catalogue/duration.h"
#include "lab/explain/line.h"
#include "lab/explain/terms.h"
#include "lab/explain/width.h"
#include "lab/judge/judge.h"
#include "lab/workspace/progress.h"
#include "lab/workspace/task_files.h"
#include "lab/workspace/workspace.h"

namespace golab::app {

using lab::ExitClass;

namespace {

int WidestId(const lab::Catalogue& catalogue) {
  int widest = 0;
  for (const lab::Task& task : catalogue.tasks) widest = std::max(widest, lab::CellWidth(task.id));
  return widest;
}

/// The workspace that the list is of, and what is done there; no root: none.
struct Standing {
  std::string root;
  std::map<std::string, lab::TaskState> states;

  lab::TaskState Of(const std::string& id) const {
    const auto it = states.find(id);
    return it == states.end() ? lab::TaskState::kStarter : it->second;
  }
};

Standing StandingHere(const lab::Catalogue& catalogue) {
  std::error_code error;
  Standing standing;
  standing.root = lab::FindWorkspace(std::filesystem::current_path(error).string());
  if (standing.root.empty()) return standing;
  for (const lab::Task& task : catalogue.tasks)
    standing.states[task.id] = lab::StateOf(standing.root, task.id);
  return standing;
}

lab::TextLine MarkOf(lab::TaskState state) {
  switch (state) {
    case lab::TaskState::kStarter:
      return lab::TextLine("         ");
    case lab::TaskState::kBegun:
      return lab::TextLine("  ").Add("begun", lab::Tint::kSkip).Add("  ");
    case lab::TaskState::kChanged:
      return lab::TextLine("  ").Add("again", lab::Tint::kSkip).Add("  ");
    case lab::TaskState::kDone:
      return lab::TextLine("  ").Add("done", lab::Tint::kOk).Add("   ");
  }
  return {};
}

void PrintTrack(const lab::Catalogue& catalogue, const std::string& track, const Standing& standing,
                const lab::Style& style) {
  lab::Lines lines;
  const int width = WidestId(catalogue);
  for (const lab::Task& task : catalogue.tasks) {
    if (lab::TrackOf(task) != track) continue;
    if (lines.empty() && style.detail >= 0) lines.emplace_back(track);
    lab::TextLine line = standing.root.empty() || style.detail < 0 ? lab::TextLine("  ")
                                                                   : MarkOf(standing.Of(task.id));
    line.Add(lab::PadTo(task.id, width) + "  " + task.title);
    lines.push_back(line);
    if (style.detail <= 0) continue;
    for (const lab::Variation& variation : task.variations) {
      lines.emplace_back("  " + lab::PadTo("", width) + "    --variation " + variation.id + ": " +
                         variation.title);
    }
  }
  std::fputs(lab::Print(lines, style.colour).c_str(), stdout);
}

/// The first that is not done, in the order of the tracks; what was begun before what was not.
std::string NextStep(const lab::Catalogue& catalogue, const Standing& standing) {
  for (const std::string& track : lab::Tracks(catalogue)) {
    const lab::Task* next = nullptr;
    for (const lab::Task& task : catalogue.tasks) {
      if (lab::TrackOf(task) != track || standing.Of(task.id) == lab::TaskState::kDone) continue;
      const bool begun = standing.Of(task.id) != lab::TaskState::kStarter;
      if (next == nullptr || (begun && standing.Of(next->id) == lab::TaskState::kStarter))
        next = &task;
    }
    if (next == nullptr) continue;
    const bool begun = standing.Of(next->id) != lab::TaskState::kStarter;
    return "golab " + std::string(begun ? "check " : "show ") + next->id;
  }
  return "golab checklist";
}

void PrintProgress(const lab::Catalogue& catalogue, const Standing& standing) {
  int done = 0, changed = 0;
  for (const auto& [id, state] : standing.states) {
    done += state == lab::TaskState::kDone ? 1 : 0;
    changed += state == lab::TaskState::kChanged ? 1 : 0;
  }
  std::printf("%d of %zu done here", done, catalogue.tasks.size());
  if (changed > 0) std::printf("; again: changed since it passed");
  std::printf(". next: %s\n", NextStep(catalogue, standing).c_str());
}

/// "task1.hold", or "hold" for those of all tasks; empty if there is no such check.
std::string ExplainCheck(const lab::Catalogue& catalogue, const std::string& word, int width) {
  constexpr std::size_t kMost = 4;
  std::vector<const lab::CheckInfo*> found;
  for (const lab::Task& task : catalogue.tasks) {
    for (const lab::CheckInfo* info : lab::ChecksOf(task)) {
      if (info->id == word || info->ShortId() == word) found.push_back(info);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(found.size(), kMost); ++i) {
    const lab::CheckInfo& info = *found[i];
    for (const std::string& line :
         lab::Wrap(std::string(info.id) + ": " + info.sentence, width, width - 2))
      text += (line.starts_with(info.id) ? "" : "  ") + line + "\n";
    text += std::string("  ") + (info.advice ? "advice" : "a check") + " of " +
            std::string(info.Task());
    if (*info.needs != '\0') text += ", judged if these pass: " + std::string(info.needs);
    text += "\n";
    std::vector<std::string> rules;
    for (const lab::CauseText* cause = info.causes; cause != nullptr && cause->cause != nullptr;
         ++cause) {
      const bool known = std::find(rules.begin(), rules.end(), cause->rule) != rules.end();
      if (*cause->rule != '\0' && !known) rules.emplace_back(cause->rule);
    }
    for (const std::string& rule : rules) {
      for (const std::string& line : lab::Wrap("rule: " + rule, width - 2, width - 2))
        text += "  " + line + "\n";
    }
  }
  if (found.size() > kMost)
    text += "... and of " + std::to_string(found.size() - kMost) + " more tasks\n";
  return text;
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
  const Standing standing = StandingHere(**catalogue);
  for (const std::string& track : lab::Tracks(**catalogue))
    PrintTrack(**catalogue, track, standing, context.style);
  if (context.style.detail < 0) return ExitStatus::kPassed;
  if (standing.root.empty()) {
    std::printf("golab show TASK says what to do; golab init DIR makes a folder to do it in.\n");
  } else {
    PrintProgress(**catalogue, standing);
  }
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
  auto catalogue = context.Catalogue();
  if (!catalogue) return Complain(catalogue.error());
  // "task1.joined" is one check, "joined" a word: that of a term before that of checks.
  std::string text;
  const bool one_check = word.find('.') != std::string::npos;
  if (one_check) text = ExplainCheck(**catalogue, word, context.style.width);
  if (text.empty()) text = lab::ExplainTerm(word, &complaint);
  if (text.empty() && !one_check) text = ExplainCheck(**catalogue, word, context.style.width);
  if (text.empty()) return Complain({.what = complaint, .exit_class = ExitClass::kUsage});
  std::fputs(text.c_str(), stdout);
  return ExitStatus::kPassed;
}

}  // namespace golab::app
