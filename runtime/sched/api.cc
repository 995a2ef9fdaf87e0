// golab::runtime and golab::debug. Go: runtime/extern.go, runtime/debug.

#include <cstdlib>
#include <string>

#include "golab/debug.h"
#include "golab/runtime.h"

#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/traceback/walk.h"
#include "runtime/unwind/panic_record.h"
#include "runtime/unwind/unwind_state.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab {
namespace {

using rt::EventType;

std::string DumpText(const void* frame, bool all) {
  std::string text;
  char buffer[4096];
  rt::TextSink sink(
      buffer, sizeof buffer,
      [](void* context, const char* piece, std::size_t size) noexcept {
        static_cast<std::string*>(context)->append(piece, size);
      },
      &text);
  rt::DumpFromHere(sink, frame, all);
  sink.Flush();
  return text;
}

void RecordDump(const std::string& text, bool all, const void* frame) {
  if (!rt::world.lab) return;
  rt::EvidenceSlow(EventType::kStackDump, all ? 1 : 0, rt::EvidenceText(text.data(), text.size()),
                   frame);
}

/// The panic during whose deferred functions the caller runs, null if there is none.
const rt::PanicRecord* PanicHere(rt::G* g) {
  if (g->extra == nullptr || g->extra->unwind == nullptr) return nullptr;
  const rt::DeferCall* call = g->extra->unwind->deferred;
  return call == nullptr ? nullptr : call->panic;
}

}  // namespace

namespace runtime {

int NumGoroutine() {
  GOLAB_AT_CALL_ON(rt::kTheLives, kRead);
  rt::InitRuntime();
  const auto n = static_cast<int>(rt::LiveGoroutines());
  GOLAB_EVIDENCE(EventType::kNumGoroutine, 0, n);
  return n;
}

void Gosched() {
  GOLAB_AT_CALL();
  rt::CurrentG("Gosched");
  rt::Yield(EventType::kYield);
}

int GOMAXPROCS(int n) {
  rt::InitRuntime();
  const auto before = static_cast<int>(__atomic_load_n(&rt::procs.target, __ATOMIC_RELAXED));
  if (n >= 1 && n != before) rt::SetProcs(static_cast<std::uint32_t>(n));
  return before;
}

int NumCPU() {
  return static_cast<int>(rt::CpuCount());
}

String PanicNilError::Text() const {
  return "panic called with nil argument";
}

String Version() {
  return "golab " GOLAB_VERSION;
}

std::size_t Stack(char* buf, std::size_t size, bool all) {
  GOLAB_AT_CALL_ON(all ? rt::kEverything : 0, kWrite);
  const std::string text = DumpText(__builtin_frame_address(0), all);
  RecordDump(text, all, __builtin_frame_address(0));
  const std::size_t n = text.size() < size ? text.size() : size;
  text.copy(buf, n);
  return n;
}

String Stack(bool all) {
  GOLAB_AT_CALL_ON(all ? rt::kEverything : 0, kWrite);
  const std::string text = DumpText(__builtin_frame_address(0), all);
  RecordDump(text, all, __builtin_frame_address(0));
  return String(text.data(), text.size());
}

CallerInfo Caller(int skip) {
  std::uintptr_t pcs[64];
  const int n = Callers(2, pcs, 64);
  rt::PrepareNames();
  int at = 0;
  for (int i = 0; i < n; ++i) {
    rt::Frame frames[rt::kMaxFramesPerPc];
    const std::size_t count =
        rt::SelfSymbolizer::Get().Lookup(pcs[i] - 1, frames, rt::kMaxFramesPerPc);
    for (std::size_t k = 0; k < count; ++k) {
      if (rt::IsHidden(frames[k].kind)) continue;
      if (at++ < skip) continue;
      return {pcs[i], String(frames[k].file), static_cast<int>(frames[k].line), true,
              String(frames[k].function)};
    }
  }
  return {};
}

int Callers(int skip, std::uintptr_t* pcs, int n) {
  const auto fp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const rt::StackBounds bounds = rt::FindStack(fp);
  if (bounds.lo == nullptr || n <= 0) return 0;
  std::uintptr_t found[512];
  // found[0] is the caller of Callers: Go's skip 1.
  const std::size_t count =
      rt::CaptureFrames(fp, fp, reinterpret_cast<std::uintptr_t>(bounds.top), found, 512);
  int out = 0;
  if (skip <= 0 && out < n) pcs[out++] = reinterpret_cast<std::uintptr_t>(&Callers) + 1;
  for (std::size_t i = skip > 1 ? static_cast<std::size_t>(skip - 1) : 0; i < count && out < n;
       ++i) {
    pcs[out++] = found[i];
  }
  return out;
}

void LockOSThread() {
  GOLAB_AT_CALL();
  rt::G* g = rt::CurrentG("LockOSThread");
  rt::GExtra* x = rt::Extra(g);
  ++x->thread_locks;
  g->flags |= rt::kGLockedThread;
  if (rt::SeveralPs()) {
    x->thread = rt::ThisM();
    x->thread->locked = g;
    g->flags |= rt::kGWired;
  }
  GOLAB_EVIDENCE(EventType::kLockThread, 1, rt::ThisM()->id);
}

void UnlockOSThread() {
  GOLAB_AT_CALL();
  rt::G* g = rt::CurrentG("UnlockOSThread");
  rt::GExtra* x = rt::Extra(g);
  if (x->thread_locks == 0) return;
  if (--x->thread_locks == 0) {
    g->flags &= static_cast<std::uint8_t>(~(rt::kGLockedThread | rt::kGWired));
    if (x->thread != nullptr) x->thread->locked = nullptr;
    x->thread = nullptr;
  }
  GOLAB_EVIDENCE(EventType::kLockThread, 0, rt::ThisM()->id);
}

namespace internal {
void KeepAlive(const void* /*p*/) {}
}  // namespace internal

}  // namespace runtime

namespace debug {

String Stack() {
  GOLAB_AT_CALL();
  rt::G* g = rt::CurrentG("debug.Stack");
  const rt::PanicRecord* panic = PanicHere(g);
  if (panic != nullptr) return rt::PanicStackFrom(g, panic, __builtin_frame_address(0));
  const std::string text = DumpText(__builtin_frame_address(0), false);
  RecordDump(text, false, __builtin_frame_address(0));
  return String(text.data(), text.size());
}

int SetMaxThreads(int threads) {
  using rt::procs;
  rt::LockRealWord(&procs.lock);
  const auto before = static_cast<int>(procs.max_threads);
  procs.max_threads = threads < 0 ? 0 : static_cast<std::uint32_t>(threads);
  const bool too_many = procs.threads > procs.max_threads;
  rt::UnlockWord(&procs.lock);
  if (too_many) rt::FatalThreads(procs.max_threads);
  return before;
}

void PrintStack() {
  const String text = Stack();
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace debug
}  // namespace golab
