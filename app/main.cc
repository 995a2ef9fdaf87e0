// golab, the command. The same executable is every task's reference: started by a lab, it runs one
// of them.

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
  return static_cast<int>(golab::app::RunCommandLine(argc, argv));
}
