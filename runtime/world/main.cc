// The program's start: the list of main functions, and the C++ main that libgolab.so supplies.

#include "golab/main.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "golab/defer.h"
#include "golab/flag.h"
#include "golab/os.h"

#include "runtime/driver/driver_start.h"
#include "runtime/event/protocol.h"
#include "runtime/lang/arguments.h"
#include "runtime/lang/doors.h"
#include "runtime/lang/flag_registry.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/testing/test_main.h"
#include "runtime/unwind/panic_record.h"
#include "runtime/unwind/unwind.h"
#include "runtime/world/exit.h"
#include "runtime/world/program.h"
#include "runtime/world/recording.h"
#include "runtime/world/signals.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constinit MainEntry* entries = nullptr;

void OsExit(int status) {
  std::fflush(stdout);
  ExitNow(ExitKind::kOsExit, status);
}

constinit bool flags_recorded = false;

}  // namespace

void RecordFlags() {
  if (!world.lab || flags_recorded) return;
  flags_recorded = true;
  for (const DefinedFlag& f : DefinedFlags()) {
    if (f.name.compare(0, 5, "test.") == 0) continue;  // the library's
    GOLAB_EVIDENCE(EventType::kFlag, 0, EvidenceText(f.name.data(), f.name.size()));
  }
}

void RegisterMain(MainEntry* entry) {
  entry->next = entries;
  entries = entry;
}

void (*FindMain(const char* name))() {
  for (const MainEntry* e = entries; e != nullptr; e = e->next) {
    if (std::strcmp(e->name, name) == 0) return e->function;
  }
  return nullptr;
}

void InstallDoors() {
  Doors doors{};
  doors.panic = [](Any value) { PanicAny(static_cast<Any&&>(value)); };
  doors.exit = &OsExit;
  SetDoors(doors);
  SetFlagsParsedHook(&RecordFlags);
}

namespace {

/// The main function of the program `name`, null if there is none; sets its arguments.
void (*FindProgram(const char* name, int argc, char** argv))() {
  void (*function)() = FindMain(name);
  std::vector<String> arguments(argv, argv + argc);
  if (function == nullptr && HasTests(name)) {
    function = TestMainFor(name);
    const std::vector<std::string> rewritten = TestArguments(argc, argv);
    arguments.assign(rewritten.begin(), rewritten.end());
  }
  SetArguments(Slice<String>(arguments.data(), arguments.size()));
  return function;
}

}  // namespace

int RunProgram(const char* name, int argc, char** argv) {
  void (*function)() = FindProgram(name, argc, argv);
  if (function == nullptr) {
    std::fprintf(stderr, "golab: this program has no GOLAB_MAIN() { ... }\n");
    return 2;
  }
  // A line is out when it is printed, as in Go, whoever kills the program then. In lab runs the
  // recording says when a stream is flushed.
  if (!world.lab) std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  InstallDoors();
  InstallTerminateHandler();
  InstallSignalHandlers();
  RegisterExitHook();
  StartDrivers(name);
  RunMain(function);
}

}  // namespace golab::rt
