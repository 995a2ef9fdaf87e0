#include "runtime/unwind/unwind.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <string>

#include "golab/defer.h"
#include "golab/references.h"
#include "golab/runtime.h"

#include "runtime/arch/fiber.h"
#include "runtime/lang/doors.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/walk.h"
#include "runtime/unwind/unwind_state.h"
#include "runtime/world/exit.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr _Unwind_Exception_Class kGoexitClass = 0x474f4c4142474f45;  // "GOLABGOE": foreign to C++

_Unwind_Reason_Code AddFrame(_Unwind_Context* context, void* frames) {
  auto* out = static_cast<CapturedFrames*>(frames);
  const std::uintptr_t pc = _Unwind_GetIP(context);
  if (pc == 0 || out->n == kPanicFrames) return _URC_END_OF_STACK;
  out->pcs[out->n++] = pc;
  return _URC_NO_REASON;
}

/// The stop function of Goexit's forced unwinding: called for each frame before its clean-up.
_Unwind_Reason_Code StopAtLanding(int /*version*/, _Unwind_Action /*actions*/,
                                  _Unwind_Exception_Class /*exception_class*/,
                                  _Unwind_Exception* /*object*/, _Unwind_Context* context,
                                  void* parameter) {
  auto* landing = static_cast<arch::Landing*>(parameter);
  // The context's CFA is this frame's stack pointer: reached once the protected call is on top.
  if (_Unwind_GetCFA(context) >= reinterpret_cast<std::uintptr_t>(landing->sp)) {
    arch::golab_land(landing);
  }
  return _URC_NO_REASON;
}

void UnwindByGoexit(G* g, UnwindState* u);

/// A catch (...) has tried to keep the Goexit and ends: it goes on.
void GoexitSwallowed(_Unwind_Reason_Code /*reason*/, _Unwind_Exception* /*object*/) {
  G* g = arch::ThisP()->current;
  UnwindState* u = Unwinding(g);
  GOLAB_EVIDENCE(EventType::kGoexitSwallowed, 0, 0);
  // Not if an exception of that handler is on its way: it replaces the Goexit for now, as in Go.
  if (std::uncaught_exceptions() == 0) UnwindByGoexit(g, u);
}

void UnwindByGoexit(G* g, UnwindState* u) {
  u->goexit_object = {};
  u->goexit_object.exception_class = kGoexitClass;
  u->goexit_object.exception_cleanup = &GoexitSwallowed;
  arch::Landing* landing = u->landing != nullptr ? u->landing : arch::RootLanding(g->stack_top);
  fiber::AbandonFrames();
  _Unwind_ForcedUnwind(&u->goexit_object, &StopAtLanding, landing);
  Throw("Goexit did not find its goroutine's root");
}

/// The record of the exception being handled, created for a foreign one. Called in the handler.
PanicRecord* RecordOfCaught(UnwindState* u) {
  std::exception_ptr current = std::current_exception();
  if (u->in_flight != nullptr && u->in_flight->exception == current) {
    PanicRecord* record = u->in_flight;
    u->in_flight = nullptr;
    return record;
  }
  auto* record = new PanicRecord;
  record->foreign = true;
  record->exception = current;
  if (u->thrown != nullptr) record->frames = *u->thrown;
  std::string text = "C++ exception";
  if (const std::type_info* type = abi::__cxa_current_exception_type()) {
    int status = 0;
    char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    text = status == 0 && name != nullptr ? name : type->name();
    std::free(name);
  }
  try {
    throw;
  } catch (const std::exception& e) {
    text += ": ";
    text += e.what();
  } catch (...) {
  }
  record->text = String(text.data(), text.size());
  record->value = Any(record->text);
  if (world.lab) {
    GOLAB_EVIDENCE(EventType::kPanic, 1, EvidenceText(text.data(), text.size()));
  }
  return record;
}

void RunClosure(void* arg) {
  G* g = static_cast<G*>(arg);
  if ((g->flags & kGHeapClosure) == 0) {
    g->ops->run(g->closure);
    return;
  }
  void* heap;
  __builtin_memcpy(&heap, g->closure, sizeof heap);

  struct Free {
    void* p;

    ~Free() { std::free(p); }
  } free_it{heap};

  g->ops->run(heap);
}

/// A panic that nobody recovered.
[[noreturn]] GOLAB_COLD void EndByPanic(G* g, PanicRecord* record) noexcept {
  WritePanicReport(g, record);
  ExitNow(ExitKind::kPanic, 2);
}

}  // namespace

UnwindState* Unwinding(G* g) noexcept {
  GExtra* x = Extra(g);
  if (x->unwind == nullptr) {
    x->unwind = new (std::nothrow) UnwindState;
    if (x->unwind == nullptr) Fatal("runtime: out of memory");
  }
  return x->unwind;
}

void ResetUnwind(G* g) noexcept {
  if (g->extra == nullptr || g->extra->unwind == nullptr) return;
  UnwindState* u = g->extra->unwind;
  u->landing = nullptr;
  u->deferred = nullptr;
  u->goexiting = false;
  u->note = GuardNote{};
}

void CaptureByTables(CapturedFrames* out) noexcept {
  out->n = 0;
  _Unwind_Backtrace(&AddFrame, out);
}

void CaptureHere(CapturedFrames* out, const void* frame) noexcept {
  const auto fp = reinterpret_cast<std::uintptr_t>(frame);
  const StackBounds bounds = FindStack(fp);
  out->n = bounds.lo == nullptr
               ? 0
               : CaptureFrames(fp, fp, reinterpret_cast<std::uintptr_t>(bounds.top), out->pcs,
                               kPanicFrames);
}

Left ProtectedCall(G* g, void (*fn)(void*), void* arg, PanicRecord** panic) noexcept {
  // The innermost landing and the note are this call's while it lasts.
  UnwindState* u = Unwinding(g);
  arch::Landing landing{};
  arch::Landing* const outer = u->landing;
  const GuardNote outer_note = u->note;
  u->landing = &landing;
  u->note = GuardNote{};
  Left left = Left::kReturned;
  *panic = nullptr;
  try {
    if (arch::golab_protected_call(&landing, fn, arg) != 0) left = Left::kGoexit;
  } catch (PanicException& e) {
    *panic = e.record();
    PanicRetain(*panic);
    if ((*panic)->exception == nullptr) (*panic)->exception = std::current_exception();
    left = Left::kPanic;
  } catch (...) {
    *panic = RecordOfCaught(u);
    left = Left::kPanic;
  }
  u->landing = outer;
  u->goexiting = false;
  const GuardNote note = u->note;
  u->note = outer_note;
  // What a Defer's function did during the unwinding takes the place of what it unwound for.
  if (note.left == Left::kPanic) {
    if (left == Left::kReturned) {  // a handler of the program came in between
      PanicRelease(note.panic);
      return left;
    }
    if (left == Left::kPanic && note.panic->older == nullptr) {
      note.panic->older = *panic;
    } else if (*panic != nullptr) {
      PanicRelease(*panic);
    }
    *panic = note.panic;
    return Left::kPanic;
  }
  if (note.left == Left::kGoexit && left == Left::kPanic) {
    PanicRelease(*panic);
    *panic = nullptr;
    return Left::kGoexit;
  }
  return left;
}

EndKind RunRoot(G* g) noexcept {
  // As ProtectedCall, without any state: most goroutines neither panic nor defer. The landing lies
  // at the top of the stack, where Goexit finds it.
  ResetUnwind(g);
  PanicRecord* panic = nullptr;
  try {
    if (arch::golab_protected_call(arch::RootLanding(g->stack_top), &RunClosure, g) == 0) {
      return EndKind::kReturned;
    }
    UnwindState* u = Unwinding(arch::ThisP()->current);
    u->goexiting = false;
    if (u->note.left != Left::kPanic) return EndKind::kGoexit;
    panic = u->note.panic;
  } catch (PanicException& e) {
    panic = e.record();
    PanicRetain(panic);
  } catch (...) {
    panic = RecordOfCaught(Unwinding(arch::ThisP()->current));
  }
  g = arch::ThisP()->current;
  const GuardNote note = Unwinding(g)->note;
  if (note.left == Left::kGoexit) {  // a guard's Goexit during the panic: the panic is gone
    PanicRelease(panic);
    return EndKind::kGoexit;
  }
  if (note.left == Left::kPanic && note.panic != panic) {
    if (note.panic->older == nullptr) note.panic->older = panic;
    panic = note.panic;
  }
  EndByPanic(g, panic);
}

void ContinuePanic(G* g, PanicRecord* record) {
  UnwindState* u = Unwinding(g);
  std::exception_ptr exception = record->exception;
  if (record->foreign) {
    u->in_flight = record;
  } else {
    PanicRelease(record);  // the exception holds a reference
  }
  std::rethrow_exception(exception);
}

void ContinueGoexit(G* g) {
  UnwindState* u = Unwinding(g);
  u->goexiting = true;
  UnwindByGoexit(g, u);
  __builtin_unreachable();
}

PanicException::~PanicException() {
  PanicRelease(record_);
}

void PanicRetain(PanicRecord* record) {
  __atomic_fetch_add(&record->refs, 1, __ATOMIC_RELAXED);
}

void PanicRelease(PanicRecord* record) {
  if (!DropReference(&record->refs)) return;
  if (record->older != nullptr) PanicRelease(record->older);
  delete record->goexit;
  delete record;
}

}  // namespace golab::rt

/// Called while the handler of an exception is looked for, if no frame above handles it: the
/// throwing stack is still whole, so this is the moment to capture it. (A forced unwinding passes
/// by.)
extern "C" [[gnu::visibility("hidden")]] _Unwind_Reason_Code golab_frame_personality(
    int /*version*/, _Unwind_Action actions, _Unwind_Exception_Class /*exception_class*/,
    _Unwind_Exception* /*object*/, _Unwind_Context* /*context*/) {
  using namespace golab::rt;
  if ((actions & _UA_SEARCH_PHASE) != 0) {
    P* p = arch::ThisP();
    if (p != nullptr && p->current != nullptr) {
      UnwindState* u = Unwinding(p->current);
      if (u->thrown == nullptr) u->thrown = new (std::nothrow) CapturedFrames;
      if (u->thrown != nullptr) CaptureByTables(u->thrown);
    }
  }
  return _URC_CONTINUE_UNWIND;
}
