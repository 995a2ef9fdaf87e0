// runtime::GC, ReadMemStats and debug::SetGCPercent. Go: runtime/mgc.go, mstats.go.

#include "golab/debug.h"
#include "golab/mem_stats.h"

#include "runtime/gc/collect.h"
#include "runtime/gc/heap.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/stack_bytes.h"
#include "runtime/world/trace.h"
#include "runtime/world/world.h"

namespace golab {

namespace runtime {

void GC() {
  GOLAB_AT_CALL_ON(rt::kTheHeap, kWrite);
  rt::CurrentG("runtime.GC");
  rt::gc::Collect(rt::GcCause::kAsked);
}

void ReadMemStats(MemStats* m) {
  GOLAB_AT_CALL_ON(rt::kTheHeap, kRead);
  rt::InitRuntime();
  *m = MemStats{};
  m->StackInuse = rt::StackBytes();
  const rt::gc::HeapLock lock;
  rt::gc::Configure();
  const rt::gc::Heap& heap = rt::gc::heap;
  m->TotalAlloc = heap.bytes_made;
  m->Alloc = m->HeapAlloc = heap.bytes_made - heap.bytes_freed;
  m->Mallocs = heap.made;
  m->Frees = heap.freed;
  m->HeapObjects = heap.made - heap.freed;
  m->NextGC = heap.goal;
  m->LastGC = heap.last_end;
  m->PauseTotalNs = heap.pause_total;
  for (int i = 0; i < 256; ++i) {
    m->PauseNs[i] = heap.pauses[i];
    m->PauseEnd[i] = heap.pause_ends[i];
  }
  m->NumGC = heap.cycles;
  m->NumForcedGC = heap.forced;
}

}  // namespace runtime

namespace debug {

int SetGCPercent(int percent) {
  GOLAB_AT_CALL_ON(rt::kTheHeap, kWrite);
  const rt::gc::HeapLock lock;
  rt::gc::Configure();
  const int before = rt::gc::heap.percent;
  rt::gc::heap.percent = percent < 0 ? -1 : percent;
  rt::gc::SetGoal();
  return before;
}

}  // namespace debug
}  // namespace golab
