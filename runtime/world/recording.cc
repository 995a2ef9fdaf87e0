#include "runtime/world/recording.h"

#include <sys/mman.h>

#include <cstdlib>

#include "runtime/event/event_log.h"
#include "runtime/go_trace/tracer.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

// Private memory, when no lab listens: the latest 65,536 records and some stacks.
constexpr std::uint64_t kPrivateRecords = 1 << 16;
constexpr std::uint64_t kPrivateStackWords = 1 << 15;
constexpr std::uint64_t kPrivateBlobBytes = 1 << 16;

constinit EventLog shared_log;  // of all Ps of a lab's run that has several

Header* MakePrivate() noexcept {
  const std::uint64_t records_at = 4096;
  const std::uint64_t stacks_at = records_at + kPrivateRecords * sizeof(Record);
  const std::uint64_t blobs_at = stacks_at + kPrivateStackWords * 8;
  const std::uint64_t size = blobs_at + kPrivateBlobBytes;
  void* map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) Fatal("runtime: cannot map the event log");
  auto* h = static_cast<Header*>(map);
  h->magic = kMagic;
  h->version = kVersion;
  h->header_size = sizeof(Header);
  h->map_size = size;
  h->records = Area{records_at, kPrivateRecords, 0};
  h->stacks = Area{stacks_at, kPrivateStackWords, 0};
  h->blobs = Area{blobs_at, kPrivateBlobBytes, 0};
  return h;
}

/// Events that checks compare with what was printed: the bytes printed before one come before it.
bool OrdersOutput(EventType type) noexcept {
  switch (type) {
    case EventType::kNumGoroutine:
    case EventType::kStackDump:
    case EventType::kDeferRun:
    case EventType::kPanic:
    case EventType::kRecover:
    case EventType::kGoexit:
    case EventType::kTestStart:
    case EventType::kTestEnd:
    case EventType::kGcCallBegin:
    case EventType::kGcCallEnd:
      return true;
    default:
      return false;
  }
}

}  // namespace

void AttachRecording(P* p) noexcept {
  if (LabHeader() != nullptr) {
    p->log.ForwardTo(&shared_log);
    p->tick_mask = 0;
    return;
  }
  p->log.Attach(MakePrivate(), /*stop_when_full=*/false);
  if (world.streamed) JoinStream(p);
}

void AttachFirstRecording(P* p) noexcept {
  Header* shared = LabHeader();
  if (shared != nullptr) {
    p->tick_mask = 0;  // evidence wants the time of each event
    if (SeveralPs()) {
      shared_log.Attach(shared, /*stop_when_full=*/true);
      p->log.ForwardTo(&shared_log);
    } else {
      p->log.Attach(shared, /*stop_when_full=*/true);
    }
    return;
  }
  const char* choice = std::getenv("GOLAB_WORLD");
  world.is_virtual = choice != nullptr && __builtin_strcmp(choice, "virtual") == 0;
  world.start = 0;
  world.start = EventClock();
  AttachRecording(p);
}

void EvidenceSlow(EventType type, std::uint8_t reason, std::uint64_t arg,
                  const void* frame) noexcept {
  P* p = arch::ThisP();
  if (p == nullptr) return;
  const G* g = p->current;
  if (g != nullptr && StatusOf(g) != Status::kRunning) g = nullptr;
  if (g != nullptr && ShownId(g) == 0) return;
  const std::uint64_t stack = g == nullptr ? 0 : CaptureStack(p, frame);
  if (g != nullptr && OrdersOutput(type)) MarkOutput(p, g->id);
  Emit(p, type, g == nullptr ? 0 : g->id, reason, arg, stack);
}

std::uint64_t EvidenceText(const char* data, std::size_t size) noexcept {
  P* p = arch::ThisP();
  return p == nullptr ? 0 : p->log.AddBlob(data, size);
}

std::uint32_t NextObject() noexcept {
  P* p = arch::ThisP();
  return p == nullptr ? 0 : __atomic_add_fetch(&p->log.header()->next_object, 1, __ATOMIC_RELAXED);
}

void NoteParked(P* p, G* g, std::uint64_t stack) noexcept {
  if (g->extra != nullptr && ShownId(g) != 0 && g->extra->std_mutexes != 0 && g->reason != WaitReason::kStdMutex) {
    Emit(p, EventType::kStdMutexHeld, g->id, 0, 0, stack);
  }
}

void NoteWork(G* g) noexcept {
  const GExtra* x = g->extra;
  Header* h = arch::ThisP()->log.header();
  if (x == nullptr || h->work.capacity == 0) return;
  if (h->work.used >= h->work.capacity) {
    h->truncated |= 8;
    return;
  }
  auto* table = reinterpret_cast<WorkEntry*>(reinterpret_cast<char*>(h) + h->work.offset);
  table[h->work.used++] = WorkEntry{x->path, x->parent_path, x->points};
}

}  // namespace golab::rt
