// Package metrics. What it may say is what golab measures; a name more is a row of the table.

#include "golab/metrics.h"

#include <sys/resource.h>

#include <string_view>
#include <vector>

#include "golab/defer.h"

#include "runtime/event/record.h"
#include "runtime/sched/sched.h"
#include "runtime/stack/stack.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

using metrics::Value;
using metrics::ValueKind;

constexpr double kNsPerSecond = 1e9;

/// What several metrics of one moment share.
struct Moment {
  std::int64_t goroutines;
  std::uint32_t procs;
  std::uint64_t now;  // ns since the start
};

double UserSeconds(const Moment& /*m*/) {
  if (world.is_virtual) return 0;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double TotalSeconds(const Moment& m) {
  return static_cast<double>(m.procs) * static_cast<double>(m.now) / kNsPerSecond;
}

/// Threads that compute besides, and a GOMAXPROCS that was higher, can make more of the one than of
/// the other.
double IdleSeconds(const Moment& m) {
  const double idle = TotalSeconds(m) - UserSeconds(m);
  return idle < 0 ? 0 : idle;
}

std::uint64_t StackBytes() {
  std::uint64_t bytes = 0;
  ForEachG([&](const G* g) {
    // Another's mark may grow just now; any value of it is a right one.
    const std::uint32_t used = __atomic_load_n(&g->low_water, __ATOMIC_RELAXED);
    if ((g->flags & kGStarted) != 0) bytes += (used / kPage + 1) * kPage;
  });
  return bytes;
}

struct Row {
  const char* name;
  const char* description;
  ValueKind kind;
  bool cumulative;
  Value (*read)(const Moment& m);
};

// By name.
constexpr Row kRows[] = {
    {"/cpu/classes/idle:cpu-seconds",
     "Processor time that GOMAXPROCS allows for and the program has not used.", ValueKind::Float64,
     true, [](const Moment& m) { return Value::OfFloat64(IdleSeconds(m)); }},
    {"/cpu/classes/total:cpu-seconds",
     "Processor time that GOMAXPROCS allows for since the program's start.", ValueKind::Float64,
     true, [](const Moment& m) { return Value::OfFloat64(TotalSeconds(m)); }},
    {"/cpu/classes/user:cpu-seconds", "Processor time that the process has used.",
     ValueKind::Float64, true, [](const Moment& m) { return Value::OfFloat64(UserSeconds(m)); }},
    {"/memory/classes/heap/stacks:bytes",
     "Memory of the stacks of live goroutines, whole pages that they have touched.",
     ValueKind::Uint64, false, [](const Moment&) { return Value::OfUint64(StackBytes()); }},
    {"/sched/gomaxprocs:threads",
     "The current runtime.GOMAXPROCS setting, or the number of operating system threads that can "
     "execute goroutines simultaneously.",
     ValueKind::Uint64, false, [](const Moment& m) { return Value::OfUint64(m.procs); }},
    {"/sched/goroutines:goroutines", "Count of live goroutines.", ValueKind::Uint64, false,
     [](const Moment& m) { return Value::OfUint64(static_cast<std::uint64_t>(m.goroutines)); }},
};

const Row* Find(const String& name) {
  for (const Row& row : kRows) {
    if (std::string_view(row.name) == std::string_view(name.data(), name.size())) return &row;
  }
  return nullptr;
}

}  // namespace
}  // namespace rt

namespace metrics {

std::uint64_t Value::Uint64() const {
  if (kind_ != KindUint64) panic("called Uint64 on non-uint64 metric value");
  return natural_;
}

double Value::Float64() const {
  if (kind_ != KindFloat64) panic("called Float64 on non-float64 metric value");
  return real_;
}

const metrics::Float64Histogram* Value::Float64Histogram() const {
  panic("called Float64Histogram on non-Float64Histogram metric value");
}

Slice<Description> All() {
  std::vector<Description> all;
  for (const rt::Row& row : rt::kRows)
    all.push_back({row.name, row.description, row.kind, row.cumulative});
  return Slice<Description>(all.data(), all.size());
}

void Read(Sample* samples, std::size_t n) {
  GOLAB_AT_CALL_ON(rt::kTheLives, kRead);
  rt::InitRuntime();
  const rt::Moment m{rt::LiveGoroutines(), __atomic_load_n(&rt::procs.target, __ATOMIC_RELAXED),
                     rt::Now()};
  for (std::size_t i = 0; i < n; ++i) {
    const rt::Row* const row = rt::Find(samples[i].Name);
    samples[i].Value = row == nullptr ? Value() : row->read(m);
    // A count of goroutines is evidence, however it was asked for.
    if (row != nullptr && std::string_view(row->name).starts_with("/sched/goroutines"))
      GOLAB_EVIDENCE(rt::EventType::kNumGoroutine, 0, m.goroutines);
  }
}

}  // namespace metrics
}  // namespace golab
