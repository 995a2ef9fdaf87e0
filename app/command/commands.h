#pragma once
// golab's commands, one table: dispatch, help and completion are made from it.

#include <string>
#include <vector>

#include "app/command/arguments.h"
#include "app/command/context.h"
#include "app/exit_status.h"

namespace golab::app {

struct Command {
  std::string name;
  std::string summary;  ///< one line for the list of commands
  Syntax syntax;
  std::string more;       ///< paragraphs of its help behind the options; whole lines
  bool takes_parameters;  ///< parameters of the tasks on its line are options as well
  ExitStatus (*run)(Context& context);
};

/// In the order of help.
const std::vector<Command>& Commands();

const Command* FindCommand(const std::string& name);

/// The help of one command; of golab itself where null. `tasks`: whose parameters it shows.
std::string HelpText(const Command* command, const std::vector<const lab::Task*>& tasks, int width);

ExitStatus RunCommandLine(int argc, char** argv);

ExitStatus RunBeam(Context& context);
ExitStatus RunCheck(Context& context);
ExitStatus RunChecklist(Context& context);
ExitStatus RunCompletion(Context& context);
ExitStatus RunDiff(Context& context);
ExitStatus RunDoctor(Context& context);
ExitStatus RunExplain(Context& context);
ExitStatus RunHint(Context& context);
ExitStatus RunInit(Context& context);
ExitStatus RunList(Context& context);
ExitStatus RunPprof(Context& context);
ExitStatus RunReset(Context& context);
ExitStatus RunRun(Context& context);
ExitStatus RunSelfcheck(Context& context);
ExitStatus RunShow(Context& context);
ExitStatus RunTrace(Context& context);

}  // namespace golab::app
