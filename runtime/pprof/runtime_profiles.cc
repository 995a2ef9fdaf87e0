// The predefined profiles that are no goroutines': of waits, threads and memory.

#include <malloc.h>
#include <sys/resource.h>

#include <utility>

#include "runtime/pprof/chunked_writer.h"
#include "runtime/pprof/contention.h"
#include "runtime/pprof/count_profile.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/profile.h"
#include "runtime/sched/procs.h"
#include "runtime/sched/wait_profile.h"

namespace golab::rt {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kMemProfileRate = 512 << 10;  // Go's

Error WriteContentionText(const io::Writer& to, const char* name, bool is_mutex,
                          const std::vector<ContentionRecord>& records) {
  ChunkedWriter out(to);
  NameCache names;
  Pacer pacer;
  (out << "--- " << name << ":\ncycles/second=").Decimal(kNsPerSecond) << '\n';
  if (is_mutex) {
    const auto fraction = __atomic_load_n(&wait_profile.mutex_fraction, __ATOMIC_RELAXED);
    (out << "sampling period=").Decimal(static_cast<std::uint64_t>(fraction)) << '\n';
  }
  for (const ContentionRecord& r : records) {
    out.Decimal(static_cast<std::uint64_t>(r.ns)) << ' ';
    out.Decimal(static_cast<std::uint64_t>(r.count)) << ' ';
    out << AddressText(r.pcs.data(), r.pcs.size()) << '\n';
    WriteFrameLines(out, r.pcs.data(), r.pcs.size(), names, true);
    pacer.Look();
  }
  return out.Finish();
}

CollectedProfile CollectContention(Contention kind) {
  CollectedProfile profile;
  profile.period_type = {"contentions", "count"};
  profile.period = 1;
  profile.types = {{"contentions", "count"}, {"delay", "nanoseconds"}};
  for (ContentionRecord& r : ContentionRecords(kind)) {
    profile.samples.push_back(
        {std::move(r.pcs),
         {},
         {static_cast<std::int64_t>(r.count), static_cast<std::int64_t>(r.ns)}});
  }
  return profile;
}

Error WriteContention(const io::Writer& to, int debug, Contention kind) {
  if (debug <= 0) return WriteCollected(to, CollectContention(kind));
  PrepareNamesAside();
  const bool is_mutex = kind == Contention::kMutex;
  return WriteContentionText(to, is_mutex ? "mutex" : "contention", is_mutex,
                             ContentionRecords(kind));
}

/// What is known of the C library's heap, in the words of Go's runtime.MemStats that fit.
void WriteMemoryText(ChunkedWriter& out) {
  const struct mallinfo2 info = mallinfo2();
  const auto line = [&out](const char* name, std::uint64_t value) {
    (out << "# " << name << " = ").Decimal(value) << '\n';
  };
  out << "\n# runtime.MemStats, of new and malloc (the C library's heap, its main arena alone)\n";
  line("Alloc", info.uordblks + info.hblkhd);
  line("Sys", info.arena + info.hblkhd);
  line("HeapAlloc", info.uordblks + info.hblkhd);
  line("HeapSys", info.arena + info.hblkhd);
  line("HeapIdle", info.fordblks);
  line("HeapInuse", info.uordblks + info.hblkhd);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  line("MaxRSS", static_cast<std::uint64_t>(usage.ru_maxrss) << 10);
}

CollectedProfile CollectMemory(std::string_view shown) {
  CollectedProfile profile;
  profile.period_type = {"space", "bytes"};
  profile.period = kMemProfileRate;
  profile.types = {{"alloc_objects", "count"},
                   {"alloc_space", "bytes"},
                   {"inuse_objects", "count"},
                   {"inuse_space", "bytes"}};
  profile.default_type = shown;
  profile.comment = "golab: no managed heap; memory of new and malloc is not sampled";
  return profile;
}

Error WriteHeap(const io::Writer& to, int debug, std::string_view shown) {
  if (debug <= 0) return WriteCollected(to, CollectMemory(shown));
  ChunkedWriter out(to);
  // As Go writes no records: 1 for the bytes, so that readers see four columns.
  out << "heap profile: 0: 0 [0: 1] @ heap/";
  out.Decimal(static_cast<std::uint64_t>(2 * kMemProfileRate)) << '\n';
  WriteMemoryText(out);
  return out.Finish();
}

}  // namespace

Error WriteBlockProfile(const io::Writer& to, int debug) {
  return WriteContention(to, debug, Contention::kBlock);
}

Error WriteMutexProfile(const io::Writer& to, int debug) {
  return WriteContention(to, debug, Contention::kMutex);
}

int CountThreads() {
  LockRealWord(&procs.lock);
  const auto threads = static_cast<int>(procs.threads);
  UnlockWord(&procs.lock);
  return threads;
}

Error WriteThreadProfile(const io::Writer& to, int debug) {
  Pacer pacer;
  std::vector<CountedStack> stacks(1);
  stacks[0].count = static_cast<std::uint64_t>(CountThreads());
  return WriteCountProfile(to, debug, "threadcreate", stacks, pacer);
}

Error WriteHeapProfileOf(const io::Writer& to, int debug) {
  return WriteHeap(to, debug, "inuse_space");
}

Error WriteAllocsProfile(const io::Writer& to, int debug) {
  return WriteHeap(to, debug, "alloc_space");
}

CollectedProfile CollectBlocks() {
  return CollectContention(Contention::kBlock);
}

CollectedProfile CollectMutexes() {
  return CollectContention(Contention::kMutex);
}

CollectedProfile CollectThreads() {
  CollectedProfile profile;
  profile.period_type = {"threadcreate", "count"};
  profile.period = 1;
  profile.types = {profile.period_type};
  profile.samples.push_back({{}, {}, {CountThreads()}});
  return profile;
}

CollectedProfile CollectHeap() {
  return CollectMemory("inuse_space");
}

CollectedProfile CollectAllocs() {
  return CollectMemory("alloc_space");
}

}  // namespace golab::rt
