// golab hint: the next of a task's three hints.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/command/commands.h"
#include "app/command/hint_state.h"
#include "lab/explain/width.h"
#include "lab/workspace/workspace.h"

namespace golab::app {

ExitStatus RunHint(Context& context) {
  auto task = context.Task(context.arguments.positional.front());
  if (!task) return Complain(task.error());
  const auto& hints = (*task)->hints;
  const int all = static_cast<int>(hints.size());
  if (all == 0) {
    std::printf("%s has no hints\n", (*task)->id.c_str());
    return ExitStatus::kPassed;
  }
  std::error_code error;
  const std::string file =
      HintFile(lab::FindWorkspace(std::filesystem::current_path(error).string()));
  auto step = context.arguments.Number("step", 1, all, 0);
  if (!step) return Complain(step.error());
  const int shown = HintsShown(file, (*task)->id);
  const int next = *step > 0 ? static_cast<int>(*step) : std::min(shown + 1, all);
  const std::string head = "hint " + std::to_string(next) + " of " + std::to_string(all) + ": ";
  const int width = context.style.width;
  for (const std::string& line :
       lab::Wrap(head + hints[static_cast<std::size_t>(next - 1)], width, width)) {
    std::printf("%s\n", line.c_str());
  }
  if (next < all) std::printf("next: golab hint %s\n", (*task)->id.c_str());
  if (next > shown) SetHintsShown(file, (*task)->id, next);
  return ExitStatus::kPassed;
}

}  // namespace golab::app
