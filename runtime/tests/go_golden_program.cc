// Runs the scenario that its first argument names, as Go's main does in the golden files.

#include "golab/golab.h"

#include "runtime/tests/golden_scenario.h"

using namespace golab;

namespace golab::golden {
namespace {

constinit const Scenario* scenarios = nullptr;

}  // namespace

bool Register(Scenario* scenario) {
  scenario->next = scenarios;
  scenarios = scenario;
  return true;
}

}  // namespace golab::golden

GOLAB_MAIN() {
  const String name = os::Args().size() > 1 ? os::Args()[1] : String();
  for (const golden::Scenario* s = golden::scenarios; s != nullptr; s = s->next) {
    if (name == s->name) return s->run();
  }
  fmt::Fprintln(os::Stderr(), "no scenario", name);
  os::Exit(125);
}
