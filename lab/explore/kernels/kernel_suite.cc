#include "lab/explore/kernels/kernel_suite.h"

#include <ostream>

namespace golab::lab {
namespace {

// clang-format off
constexpr Kernel kFaulty[] = {
    // Exercises of a course.
    {"range_noclose",          Fault::kDeadlock,   1,   1, 0},
    {"unbuf_result_leak",      Fault::kLeak,       1,   1, 0},
    {"self_join",              Fault::kDeadlock,   1,   1, 0},
    {"orphan_request",         Fault::kLeak,       1,   1, 0},
    {"no_ctx_done",            Fault::kLeak,       1,   1, 0},
    {"timer_vs_result",        Fault::kWrong,      1,   1, 0},
    {"unbuf_done_timeout",     Fault::kLeak,       1,   1, 0},
    {"wgadd_inside",           Fault::kWrong,    129,  10, 1},
    // Classics.
    {"select_default_drop",    Fault::kDeadlock,   4,   5, 1},
    {"reconnect_consumer",     Fault::kWrong,      4,   5, 1},
    {"lost_wakeup",            Fault::kDeadlock,  33,  10, 1},
    {"cond_missed",            Fault::kDeadlock, 154, 230, 1},
    {"double_close",           Fault::kPanic,      7,   9, 1},
    {"send_on_closed",         Fault::kPanic,     91,   7, 1},
    {"abba",                   Fault::kDeadlock,   9,  12, 1},
    {"dining4",                Fault::kDeadlock,  35,  51, 2},
    {"abba_crowd",             Fault::kDeadlock,  50,  74, 1},
    {"rw_reentrant",           Fault::kDeadlock,  24,  34, 2},
    {"once_recursion",         Fault::kDeadlock,   7,   9, 1},
    {"ctx_vs_result",          Fault::kWrong,     87,  12, 2},
    {"timer_near",             Fault::kWrong,     18,  26, 1},
    {"missed_drain",           Fault::kWrong,     26,  19, 2},
    {"sem_release",            Fault::kWrong,     10,  14, 2},
    {"check_then_act",         Fault::kWrong,      6,   8, 1},
    {"restart_after_stop",     Fault::kWrong,    192,  10, 1},
    {"shutdown_before_start",  Fault::kDeadlock,  12,  16, 1},
    {"group_first_error",      Fault::kWrong,      6,   8, 1},
    {"order3",                 Fault::kWrong,    197, 294, 5},
    // The search comes to the orders of these three (ctx_vs_result above) later than it was thought to.
    {"long_window",            Fault::kWrong,    151,  24, 2},
    {"late_window",            Fault::kWrong,     76,  31, 2},
    // GoKer's, in shapes of their own.
    {"etcd6857",               Fault::kLeak,       1,   1, 0},
    {"etcd6873",               Fault::kLeak,       1,   1, 0},
    {"roach2448",              Fault::kLeak,       1,   1, 0},
    {"grpc1353",               Fault::kLeak,       1,   1, 0},
    {"istio16224",             Fault::kDeadlock,   1,   1, 0},
    {"grpc660",                Fault::kLeak,       1,   1, 0},
    {"k8s6632",                Fault::kLeak,       1,   1, 0},
    {"serving2137",            Fault::kDeadlock,  50,  74, 2},
    {"k8s10182",               Fault::kLeak,       6,   8, 1},
    {"roach1055",              Fault::kDeadlock,  11,  15, 1},
    {"moby28462",              Fault::kDeadlock,  16,   7, 1},
    {"roach6181",              Fault::kDeadlock,  12,  17, 1},
    {"etcd7492",               Fault::kDeadlock,  21,  30, 4},
    {"hugo3251",               Fault::kDeadlock,   2,   2, 1},
    {"roach16167",             Fault::kDeadlock,  11,  13, 1},
    {"syncthing5795",          Fault::kDeadlock,  22,  16, 1},
};
// clang-format on

constexpr const char* kRacy[] = {"dcl_flag", "counter"};

constexpr const char* kRight[] = {"ok_cond", "ok_timeout", "ok_monitor", "ok_pool",    "ok_mutex",
                                  "ok_spin", "ok_rw",      "ok_once",    "ok_context", "ok_rest"};

}  // namespace

const char* FaultName(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      return "none";
    case Fault::kDeadlock:
      return "deadlock";
    case Fault::kLeak:
      return "leak";
    case Fault::kPanic:
      return "panic";
    case Fault::kWrong:
      return "wrong result";
    case Fault::kOther:
      return "something else";
  }
  return "";
}

Fault FaultOf(const Run& run) {
  if (!run.void_because.empty()) return Fault::kOther;
  const Ending& ending = run.history.ending();
  switch (ending.kind) {
    case Ending::Kind::kMainReturned:
      return run.history.LeftOver().empty() ? Fault::kNone : Fault::kLeak;
    case Ending::Kind::kDeadlock:
      return Fault::kDeadlock;
    case Ending::Kind::kPanic:
      return Fault::kPanic;
    case Ending::Kind::kExit:
      return ending.status == 3 ? Fault::kWrong : Fault::kOther;
    default:
      return Fault::kOther;
  }
}

void PrintTo(Fault fault, std::ostream* out) {
  *out << FaultName(fault);
}

void PrintTo(const Kernel& kernel, std::ostream* out) {
  *out << kernel.name;
}

std::span<const Kernel> FaultyKernels() {
  return kFaulty;
}

std::span<const char* const> RacyKernels() {
  return kRacy;
}

std::span<const char* const> RightKernels() {
  return kRight;
}

RunnerSpec KernelSpec(const char* name) {
  RunnerSpec spec;
  spec.image.path = KERNELS;
  spec.image.program = name;
  return spec;
}

Result<Explored> RunSeries(const RunnerSpec& spec, int runs, const OnSeriesRun& on_run) {
  const Lane lane{spec, FirstSchedules(runs), /*adapts=*/true};
  return Explore(std::span(&lane, 1), {},
                 [&](std::size_t, std::size_t place, const ScheduleName& name, Run& run) {
                   on_run(static_cast<int>(place) + 1, name, run);
                   return true;
                 });
}

}  // namespace golab::lab
