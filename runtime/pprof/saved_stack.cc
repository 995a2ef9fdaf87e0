#include "runtime/pprof/saved_stack.h"

#include <sys/uio.h>
#include <unistd.h>

#include "runtime/arch/x86_64/switch.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback/walk.h"

namespace golab::rt {
namespace {

constexpr int kTries = 64;

/// Memory of a closure that may be freed while it is read.
std::uintptr_t ReadCarefully(const void* address) noexcept {
  std::uintptr_t word = 0;
  const iovec here{&word, sizeof word};
  const iovec there{const_cast<void*>(address), sizeof word};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == sizeof word ? word : 0;
}

/// As StartPc, of a goroutine that may end meanwhile.
GOLAB_UNINSTRUMENTED std::uintptr_t StartPcOfOther(const G* g) noexcept {
  const ClosureOps* ops = __atomic_load_n(&g->ops, __ATOMIC_RELAXED);
  if (ops == nullptr) return 0;
  if (ops->target != nullptr) return EntryAt(ops->target, nullptr);
  std::uintptr_t word;
  __builtin_memcpy(&word, g->closure, sizeof word);
  return (g->flags & kGHeapClosure) != 0 ? ReadCarefully(reinterpret_cast<const void*>(word))
                                         : word;
}

/// Where the frames of the goroutine's own function end.
GOLAB_UNINSTRUMENTED std::uintptr_t EndOfFrames(std::uintptr_t sp, char* stack_top) noexcept {
  const auto top = reinterpret_cast<std::uintptr_t>(stack_top);
  const auto landing = reinterpret_cast<std::uintptr_t>(arch::RootLanding(stack_top)->sp);
  return landing > sp && landing < top ? landing : top;
}

GOLAB_UNINSTRUMENTED std::size_t Walk(void* saved, char* stack_top, std::uintptr_t* pcs,
                                      std::size_t most) noexcept {
  // [sp]: where to resume; [sp + 8]: the frame pointer.
  const auto sp = reinterpret_cast<std::uintptr_t>(saved);
  const std::uintptr_t fp = static_cast<const std::uintptr_t*>(saved)[1];
  return CaptureFrames(fp, sp, EndOfFrames(sp, stack_top), pcs, most);
}

void CopyFields(const G* g, GoroutineCopy* out) noexcept {
  out->id = g->id;
  out->creator = g->creator;
  out->gopc = g->id == 1 ? 0 : g->gopc;
  out->reason = g->reason;
  out->locked = (g->flags & kGLockedThread) != 0;
}

/// False: it is not saved at the moment.
GOLAB_UNINSTRUMENTED bool LookOnce(const G* g, std::uintptr_t* pcs, std::size_t most,
                                   GoroutineCopy* out) noexcept {
  CopyFields(g, out);
  out->depth = 0;
  out->stack = GoroutineCopy::Stack::kElsewhere;
  if ((g->flags & kGStarted) == 0) {
    out->stack = GoroutineCopy::Stack::kNeverRan;
    out->start_pc = StartPcOfOther(g);
    return true;
  }
  void* sp = __atomic_load_n(&g->sp, __ATOMIC_ACQUIRE);
  char* top = __atomic_load_n(&g->stack_top, __ATOMIC_RELAXED);
  if (sp == nullptr || top == nullptr) return false;
  out->stack = GoroutineCopy::Stack::kWalked;
  out->depth = Walk(sp, top, pcs, most);
  return true;
}

}  // namespace

bool CopyGoroutine(const G* g, std::uintptr_t* pcs, std::size_t most, GoroutineCopy* out) noexcept {
  for (int tries = 0; tries < kTries; ++tries) {
    // Acquire: before all that follows; pairs with TakeSaved.
    const std::uint32_t resumes = __atomic_load_n(&g->resumes, __ATOMIC_ACQUIRE);
    out->status = StatusOf(g);
    if (out->status == Status::kDead || out->status == Status::kIdle) return false;
    if ((g->flags & (kGSystem | kGBackground)) != 0) return false;
    const bool saved = LookOnce(g, pcs, most, out);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);  // what was read was read before this
    if (__atomic_load_n(&g->resumes, __ATOMIC_RELAXED) == resumes && saved) {
      out->labels = LabelsOf(g);
      return true;
    }
    if (!saved && out->status == Status::kRunning) break;
    arch::Pause();  // about to be saved, or was resumed
  }
  out->stack = GoroutineCopy::Stack::kElsewhere;
  out->depth = 0;
  out->start_pc = StartPcOfOther(g);
  out->labels = LabelsOf(g);
  return true;
}

void CopyOwn(const G* g, const void* frame, std::uintptr_t* pcs, std::size_t most,
             GoroutineCopy* out) noexcept {
  CopyFields(g, out);
  out->status = Status::kRunning;
  out->stack = GoroutineCopy::Stack::kWalked;
  out->labels = LabelsOf(g);
  const auto fp = reinterpret_cast<std::uintptr_t>(frame);
  out->depth = CaptureFrames(fp, fp, EndOfFrames(fp, g->stack_top), pcs, most);
}

}  // namespace golab::rt
