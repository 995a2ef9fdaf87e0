#include "runtime/lang/doors.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "golab/os.h"

namespace golab {
namespace rt {
namespace {

constinit Doors doors{};  // written by SetDoors only

[[noreturn]] void EndProcess(int status) {
  std::fflush(nullptr);
  _exit(status);
}

}  // namespace

void SetDoors(const Doors& set) {
  doors = set;
}

void RaisePanic(Any value) {
  if (doors.panic != nullptr) doors.panic(std::move(value));
  std::fprintf(stderr, "panic: %s\n", value.PanicText().c_str());
  EndProcess(2);
}

void RaiseRuntimeError(const String& text) {
  RaisePanic(RuntimeError{"runtime error: " + text});
}

void PanicNilDereference() {
  RaisePanic(
      RuntimeError{"runtime error: invalid memory address or nil pointer dereference", true});
}

}  // namespace rt

void os::Exit(int status) {
  if (rt::doors.exit != nullptr) rt::doors.exit(status);
  rt::EndProcess(status);
}

}  // namespace golab
