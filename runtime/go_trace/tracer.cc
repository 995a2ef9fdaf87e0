#include "runtime/go_trace/tracer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "golab/syscall.h"
#include "golab/trace.h"

#include "runtime/arch/fiber.h"
#include "runtime/base/futex.h"
#include "runtime/base/lasting.h"
#include "runtime/go_trace/control.h"
#include "runtime/go_trace/stream_reader.h"
#include "runtime/go_trace/writer.h"
#include "runtime/lang/errno_text.h"
#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/syscall.h"
#include "runtime/sched/transition.h"
#include "runtime/sched/world_stopped.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {

constinit std::uint32_t* trace_order = nullptr;

namespace {

constexpr int kTracedDepth = 32;
constexpr std::uint64_t kDense = 4'000;  // eight events in less: the clock is read each eighth
constexpr std::uint32_t kUnread = 7;     // events between two readings then
constexpr std::uint64_t kShortRest = 100'000;  // of the tracer, between two looks
constexpr std::uint64_t kLongRest = 2'000'000;
constexpr std::uint32_t kQuietLooks = 50;
constexpr std::size_t kBusy = 16'384;  // so many records in one look: look again at once
constexpr std::uint64_t kFlushNs = 100'000'000;
constexpr std::uint64_t kExitWaitNs = 2'000'000'000;
constexpr std::size_t kMostKept = 256 << 10;  // of a trace, as evidence in a lab's recording

enum Finish : std::uint32_t { kGoesOn = 0, kStopped = 1, kExiting = 2 };

struct Tracer {
  std::uint32_t state = 0;   // atomic: 1 from Start to the end of Stop
  std::uint32_t number = 0;  // of the trace; atomic
  bool streamed = false;
  os::File file;                   // a writer that is a file, or
  const io::Writer* to = nullptr;  // another, for which `spill` keeps all
  int spill = -1;
  int error = 0;  // of the first write that failed: nothing is written after it
  std::uint64_t end_time = 0;
  std::unique_ptr<GoTraceWriter> writer;

  // Streamed.
  std::unique_ptr<StreamReader> reader;  // the tracer's thread's
  std::uint32_t awake = 0;               // futex: 1 = look now
  std::uint32_t finish = kGoesOn;        // atomic
  std::uint32_t left = 0;                // atomic: 1 = the logs are not read any more
  std::uint32_t done = 0;                // futex: 1 = all is written
  std::uint64_t clock = 0;               // atomic: when the thread last looked

  // Watched: under `lock`, in the name of `fiber`.
  std::uint32_t lock = 0;
  void* fiber = nullptr;  // see Turn
  const Header* header = nullptr;
  std::uint64_t stacks_seen = 0;
  bool main_returned = false;
  std::string kept;
  bool kept_all = true;
};

constinit Tracer* tracer = nullptr;

Tracer& TheTracer() {
  if (tracer == nullptr) {
    tracer = new Tracer;
    KeepForEver(tracer);
  }
  return *tracer;
}

/// The system call itself: a goroutine's write lends its processor, and this may be called
/// anywhere.
int WriteAll(int fd, const char* data, std::size_t size) noexcept {
  while (size > 0) {
    const long n = ::syscall(SYS_write, fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return 0;
}

void WriteOut(void* /*context*/, const char* data, std::size_t size) {
  Tracer& t = *tracer;
  if (world.lab) {
    const std::size_t room = kMostKept - t.kept.size();
    t.kept.append(data, size < room ? size : room);
    if (size > room) t.kept_all = false;
  }
  if (t.error != 0) return;
  const int fd = t.spill >= 0 ? t.spill : t.file.Fd();
  t.error = fd < 0 ? EBADF : WriteAll(fd, data, size);
}

/// An unlinked file for a trace that cannot be handed on yet; -1, and errno.
int OpenSpill() {
  const char* folder = std::getenv("TMPDIR");
  if (folder == nullptr || folder[0] == '\0') folder = "/tmp";
  const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  return memfd_create("golab trace", MFD_CLOEXEC);
}

/// The calling goroutine writes the trace. To TSan that is done by a fiber of the tracer's own: the
/// writer's buffers pass from goroutine to goroutine, and that must not look like a race, nor give
/// the program an order that it does not have.
class Turn {
 public:
  explicit Turn(Tracer& t) : acting_(t.fiber), lock_(&t.lock) { LockRealWord(lock_); }

  ~Turn() { UnlockWord(lock_); }

  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  fiber::ActingAs acting_;
  std::uint32_t* lock_;
};

// The world as it is when a trace begins ---------------------------------------------------------

/// The runtime's own that are recorded, which ForEachG leaves out.
void TellBackground(GoTraceWriter* writer) {
  for (std::uint32_t i = 0; i < sched.gs_used; ++i) {
    const G* g = &sched.gs[i];
    const Status status = StatusOf(g);
    if ((g->flags & kGBackground) == 0 || status == Status::kDead || status == Status::kIdle)
      continue;
    writer->AddSystemGoroutine(
        g->id, status == Status::kWaiting ? GoStatus::kWaiting : GoStatus::kRunnable);
  }
}

void TellStates(GoTraceWriter* writer, std::uint64_t now) {
  TellBackground(writer);
  const P* mine = arch::ThisP();
  ForEachP([&](const P* p) {
    const PState state = StateOf(p);
    if (state == PState::kSyscall || state == PState::kHeld) return;  // with its goroutine
    writer->AddProc(static_cast<std::uint16_t>(p->id), state == PState::kRunning, now);
  });
  ForEachG([&](const G* g) {
    const P* on = nullptr;
    GoStatus status = GoStatus::kRunnable;
    if (g == mine->current) {
      status = GoStatus::kRunning;
      on = mine;
    } else if (StatusOf(g) == Status::kWaiting) {
      status = GoStatus::kWaiting;
    } else if (StatusOf(g) == Status::kSyscall) {
      status = GoStatus::kSyscall;
      ForEachP([&](const P* p) {
        if (IsInCallOf(p, g)) on = p;
      });
    }
    if ((g->flags & kGSystem) != 0) return writer->AddSystemGoroutine(g->id, status);
    writer->AddGoroutine(g->id, status,
                         static_cast<std::uint16_t>(on == nullptr ? mine->id : on->id),
                         on != nullptr);
  });
}

// The tracer's thread -----------------------------------------------------------------------------

void Rest(Tracer& t, std::uint64_t ns) noexcept {
  FutexWaitFor(&t.awake, 0, ns);
  __atomic_store_n(&t.awake, 0, __ATOMIC_SEQ_CST);
}

void* RunTracer(void* /*unused*/) {
  Tracer& t = *tracer;
  std::uint32_t quiet = 0;
  std::uint64_t flushed = EventClock();
  for (;;) {
    // Before the look: what was recorded before somebody wanted the end is seen.
    const std::uint32_t finish = __atomic_load_n(&t.finish, __ATOMIC_ACQUIRE);
    const std::uint64_t now = EventClock();
    __atomic_store_n(&t.clock, now, __ATOMIC_RELAXED);
    if (finish == kStopped) break;  // all had been read by then
    const std::size_t taken = t.reader->Look();
    if (finish == kExiting) break;
    if (now - flushed >= kFlushNs) {
      t.writer->Flush();
      flushed = now;
    }
    quiet = taken != 0 ? 0 : quiet + 1;
    if (taken < kBusy) Rest(t, quiet < kQuietLooks ? kShortRest : kLongRest);
  }
  __atomic_store_n(&t.left, 1, __ATOMIC_RELEASE);
  t.writer->Finish(t.end_time != 0 ? t.end_time : EventClock());
  LockRealWord(&procs.lock);
  --procs.threads;
  UnlockWord(&procs.lock);
  __atomic_store_n(&t.done, 1, __ATOMIC_RELEASE);
  FutexWake(&t.done, 1);
  return nullptr;
}

void WakeTracer(Tracer& t) noexcept {
  __atomic_store_n(&t.awake, 1, __ATOMIC_SEQ_CST);
  FutexWake(&t.awake, 1);
}

void StartStream(Tracer& t) {
  if (trace_order == nullptr) {
    void* at = mmap(nullptr, kMaxGoroutines * sizeof *trace_order, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) Fatal("runtime: cannot reserve address space for a trace");
    trace_order = static_cast<std::uint32_t*>(at);
  }
  t.reader = std::make_unique<StreamReader>(t.writer.get());
  t.awake = t.left = t.done = 0;
  t.finish = kGoesOn;
  CalibrateEventClock();
  WithTheWorldStopped([&] {
    std::memset(trace_order, 0, sched.gs_used * sizeof *trace_order);
    ForEachP([&](P* p) { JoinStream(p); });
    const std::uint64_t now = EventClock();
    __atomic_store_n(&t.clock, now, __ATOMIC_RELAXED);
    TellStates(t.writer.get(), now);
    world.stack_depth = kTracedDepth;
    world.traced = world.streamed = world.records_runs = true;
  });
  StartThread(&RunTracer, nullptr);
}

void StopStream(Tracer& t) {
  WithTheWorldStopped([&] {
    // The logs must not run over what has not been read.
    for (bool all_read = false; !all_read;) {
      all_read = true;
      ForEachP([&](const P* p) {
        const std::uint64_t read = __atomic_load_n(&p->log.header()->consumed, __ATOMIC_ACQUIRE);
        if (read != p->log.count()) all_read = false;
      });
      if (!all_read) {
        WakeTracer(t);
        YieldThread();
      }
    }
    t.end_time = EventClock();
    // What the logs get after this is not part of the trace.
    __atomic_store_n(&t.finish, kStopped, __ATOMIC_RELEASE);
    while (__atomic_load_n(&t.left, __ATOMIC_ACQUIRE) == 0) {
      WakeTracer(t);
      YieldThread();
    }
    world.traced = world.streamed = world.records_runs = false;
    world.stack_depth = WorldState().stack_depth;
    ForEachP([](P* p) {
      p->log.EndStream();
      p->tick_mask = P().tick_mask;
    });
  });
  BlockingCall(
      [](void* done) {
        auto* word = static_cast<std::uint32_t*>(done);
        while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0) FutexWait(word, 0);
      },
      &t.done);
  t.reader.reset();
}

// Without a thread
// ---------------------------------------------------------------------------------

/// Stacks that the log's table has got since the last look.
void TakeStacks(Tracer& t) {
  const Area& area = t.header->stacks;
  const auto* words =
      reinterpret_cast<const std::uint64_t*>(reinterpret_cast<const char*>(t.header) + area.offset);
  while (t.stacks_seen + 2 <= area.used) {
    const std::uint64_t* entry = words + t.stacks_seen;
    t.writer->AddStack(entry[0], entry + 2, entry[1]);
    t.stacks_seen += 2 + entry[1];
  }
  if (!world.lab) t.stacks_seen = 0;  // the table begins anew after each record (EventLog::Watch)
}

std::string_view TextOf(const Tracer& t, const Record& r) {
  const auto type = static_cast<EventType>(r.type);
  if (type < EventType::kUserTaskBegin || type > EventType::kUserLog ||
      type == EventType::kUserTaskEnd) {
    return {};
  }
  BlobRef ref;
  std::memcpy(&ref, &r.arg, sizeof ref);
  return {reinterpret_cast<const char*>(t.header) + t.header->blobs.offset + ref.offset, ref.size};
}

void TakeWatched(const Record& r) noexcept {
  Tracer& t = *tracer;
  const Turn turn(t);
  // What follows main's return is the lab's.
  if (static_cast<EventType>(r.type) == EventType::kMainReturn) t.main_returned = true;
  if (t.main_returned) return;
  TakeStacks(t);
  t.writer->Take(r, TextOf(t, r));
}

void StartWatching(Tracer& t) {
  P* p = arch::ThisP();
  t.header = p->log.header();
  t.stacks_seen = 0;
  t.main_returned = false;
  t.kept.clear();
  t.kept_all = true;
  t.writer->CallsAreWaits();
  // After all of Start, not before what follows it.
  if (fiber::kTracked)
    t.fiber = fiber::Create(0, reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
  WithTheWorldStopped([&] {
    {
      const Turn turn(t);
      TellStates(t.writer.get(), Now());
    }
    world.traced = world.records_runs = true;
    p->log.Watch(&TakeWatched);
  });
}

void StopWatching(Tracer& t) {
  arch::ThisP()->log.Watch(nullptr);
  world.traced = false;
  world.records_runs = world.lab;
  {
    const Turn turn(t);
    t.writer->Finish(Now());
    fiber::Release(&t);
  }
  fiber::Acquire(&t);  // Stop comes after all that was traced
  if (fiber::kTracked) fiber::Destroy(t.fiber);
}

/// In a lab's run: what was written, and that it is complete.
void RecordEnd(Tracer& t, bool stopped) {
  if (!world.lab) return;
  const std::uint8_t how = t.error != 0 ? 2 : t.kept_all ? 0 : 1;
  GOLAB_EVIDENCE(EventType::kTraceData, how, EvidenceText(t.kept.data(), t.kept.size()));
  GOLAB_EVIDENCE(EventType::kTraceStop, stopped ? 1 : 0, 0);
}

/// Hands the trace on to a writer that is no file, from the calling goroutine.
void HandOver(const Tracer& t) {
  char buffer[16 << 10];
  off_t at = 0;
  for (;;) {
    const ssize_t n = pread(t.spill, buffer, sizeof buffer, at);
    if (n <= 0) return;
    at += n;
    if (t.to->Write(buffer, static_cast<std::size_t>(n)).err) return;
  }
}

}  // namespace

std::uint64_t NextOrderOf(const G* g) noexcept {
  return ++trace_order[g - sched.gs];
}

std::uint64_t StreamTime(P* p) noexcept {
  if (p->exact_in != 0) {
    --p->exact_in;
    const std::uint64_t seen = __atomic_load_n(&tracer->clock, __ATOMIC_RELAXED);
    return p->event_time = seen > p->event_time ? seen : p->event_time + 1;
  }
  const std::uint64_t now = EventClock();
  if (now - p->exact_time < kDense) p->exact_in = kUnread;
  p->exact_time = now;
  return p->event_time = now > p->event_time ? now : p->event_time + 1;
}

void NoteFunction(P* p, const G* g) noexcept {
  if (world.streamed) {
    trace_order[g - sched.gs] = 0;
    Emit(p, EventType::kGoFunction, 0, 0, g->id, StartPc(g));
    return;
  }
  Record r{Now(),
           0,
           static_cast<std::uint16_t>(p->id),
           static_cast<std::uint8_t>(EventType::kGoFunction),
           0,
           g->id,
           StartPc(g)};
  const Turn turn(*tracer);
  tracer->writer->Take(r);
}

void NoteProcSlow(P* p, EventType type) noexcept {
  Emit(p, type, 0, 0, 0, 0);
}

void JoinStream(P* p) noexcept {
  p->log.BeginStream(&tracer->awake);
  p->tick_mask = 0;
  p->exact_in = 0;
}

bool TraceEnabled() noexcept {
  return tracer != nullptr && __atomic_load_n(&tracer->state, __ATOMIC_ACQUIRE) != 0;
}

std::uint32_t TraceNumber() noexcept {
  return tracer == nullptr ? 0 : __atomic_load_n(&tracer->number, __ATOMIC_RELAXED);
}

Error StartTrace(const os::File* file, const io::Writer* writer) {
  static const Error kAlready = errors::New("tracing is already enabled");
  Tracer& t = TheTracer();
  if (__atomic_exchange_n(&t.state, 1, __ATOMIC_SEQ_CST) != 0) return kAlready;
  fiber::Acquire(&t.state);  // the Stop of the trace before comes first
  const auto give_up = [&t](Error why) {
    __atomic_store_n(&t.state, 0, __ATOMIC_SEQ_CST);
    return why;
  };
  t.spill = -1;
  t.to = nullptr;
  t.error = 0;
  t.end_time = 0;
  if (file != nullptr) {
    if (!*file) return give_up(errors::New("invalid argument"));
    t.file = *file;
  } else {
    t.spill = OpenSpill();
    if (t.spill < 0) return give_up(PathFailure("open", "temporary file"));
    t.to = new io::Writer(*writer);
  }
  PrepareNames();
  static const bool registered = std::atexit([] { FinishTraceAtExit(false); }) == 0;
  (void)registered;
  __atomic_add_fetch(&t.number, 1, __ATOMIC_RELAXED);
  t.writer =
      std::make_unique<GoTraceWriter>(GoTraceSink{&WriteOut, nullptr}, &SelfSymbolizer::Get());
  t.streamed = !world.is_virtual && !world.lab;
  GOLAB_EVIDENCE(EventType::kTraceStart,
                 file != nullptr ? TraceTarget::kFile : TraceTarget::kWriter, 0);
  if (t.streamed) {
    StartStream(t);
  } else {
    StartWatching(t);
  }
  return nullptr;
}

void StopTrace() {
  if (!TraceEnabled()) return;
  Tracer& t = *tracer;
  // One of several that stop it at once; 2: it is being ended.
  std::uint32_t running = 1;
  if (!__atomic_compare_exchange_n(&t.state, &running, 2, false, __ATOMIC_SEQ_CST,
                                   __ATOMIC_SEQ_CST)) {
    return;
  }
  if (t.streamed) {
    StopStream(t);
  } else {
    StopWatching(t);
  }
  t.writer.reset();
  RecordEnd(t, true);
  if (t.to != nullptr) {
    HandOver(t);
    delete t.to;
    t.to = nullptr;
    close(t.spill);
    t.spill = -1;
  }
  t.file = os::File();
  fiber::Release(&t.state);
  __atomic_store_n(&t.state, 0, __ATOMIC_SEQ_CST);
}

void FinishTraceAtExit(bool in_handler) noexcept {
  if (!TraceEnabled()) return;
  Tracer& t = *tracer;
  if (t.streamed) {
    std::uint32_t goes_on = kGoesOn;
    (void)__atomic_compare_exchange_n(&t.finish, &goes_on, kExiting, false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_RELAXED);
    WakeTracer(t);
    const std::uint64_t until = Now() + kExitWaitNs;
    while (__atomic_load_n(&t.done, __ATOMIC_ACQUIRE) == 0 && Now() < until)
      FutexWaitFor(&t.done, 0, kShortRest);
    return;
  }
  // The writer allocates; a handler may have interrupted the allocator, or the writer itself.
  std::uint32_t running = 1;
  if (in_handler || arch::ThisP() == nullptr ||
      !__atomic_compare_exchange_n(&t.state, &running, 2, false, __ATOMIC_SEQ_CST,
                                   __ATOMIC_SEQ_CST)) {
    return;
  }
  StopWatching(t);
  RecordEnd(t, false);
}

}  // namespace golab::rt
