#include "runtime/driver/driver_start.h"

#include <cstring>

#include "golab/driver.h"
#include "golab/go.h"

#include "runtime/driver/outside_evidence.h"
#include "runtime/sched/sched.h"

namespace golab::rt {
namespace {

constinit DriverEntry* entries = nullptr;

void RunDriver(void* closure) {
  DriverEntry* entry = nullptr;
  __builtin_memcpy(&entry, closure, sizeof entry);
  entry->run();
  driver::Wait();
  RecordOutside(OutsideKind::kDone, {});
}

constexpr ClosureOps kDriverOps{
    sizeof(DriverEntry*), [](void* to, void* from) { __builtin_memcpy(to, from, sizeof(void*)); },
    &RunDriver, nullptr};

}  // namespace

void RegisterDriver(DriverEntry* entry) {
  entry->next = entries;
  entries = entry;
}

void StartDrivers(const char* program) {
  const auto for_each = [program](auto&& visit) {
    for (DriverEntry* e = entries; e != nullptr; e = e->next) {
      if (std::strcmp(e->program, program) == 0) visit(e);
    }
  };
  for_each([](DriverEntry* e) {
    if (e->setup == nullptr) return;
    InitRuntime();
    e->setup();
  });
  for_each([](DriverEntry* e) {
    if (e->run != nullptr) SpawnSystem(&kDriverOps, &e);
  });
}

}  // namespace golab::rt
