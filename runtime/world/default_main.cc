// The C++ main of a program whose own is GOLAB_MAIN. Linked only where nobody else defines one.

#include <cstdlib>

#include "runtime/base/compiler.h"
#include "runtime/event/protocol.h"
#include "runtime/world/program.h"

GOLAB_EXPORT int main(int argc, char** argv) {
  const char* name = std::getenv(golab::rt::kEnvProgram);
  return golab::rt::RunProgram(name == nullptr ? "main" : name, argc, argv);
}
