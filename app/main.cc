// golab, the command. The same executable is every task's reference: started by a lab, it runs one
// of them.

#include <cstdio>
#include <cstdlib>

#include "app/command/commands.h"
#include "runtime/event/protocol.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/program.h"

int main(int argc, char** argv) {
  if (golab::rt::IsLabProcess()) {
    const char* name = std::getenv(golab::rt::kEnvProgram);
    return golab::rt::RunProgram(name == nullptr ? "main" : name, argc, argv);
  }
  using golab::app::ExitStatus;
  const ExitStatus status = golab::app::RunCommandLine(argc, argv);
  // What is lost on the way to a full disk must not look like success.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return static_cast<int>(status);
  if (status != ExitStatus::kInternal) std::fputs("golab: cannot write to stdout\n", stderr);
  return static_cast<int>(ExitStatus::kInternal);
}
