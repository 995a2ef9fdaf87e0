// WithDefers, Defer guards, recover, panic, Goexit. The order in WithDefers matters: run the body
// in a protected call; leave the catch block; only then run the deferred functions, each in a
// protected call of its own; at the end go on with what is left of a panic or a Goexit.

#include "golab/defer.h"

#include <cstdlib>
#include <exception>

#include "golab/runtime.h"

#include "runtime/lang/doors.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/walk.h"
#include "runtime/unwind/unwind_state.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::size_t kArena = 256;  // bytes of deferred closures that need no heap

struct DeferNode {
  DeferNode* next;
  void (*fn)(void*);
  void (*destroy)(void*);
  void* room;
  bool direct;
  bool heap;
};

}  // namespace

/// One WithDefers: its deferred functions, newest first. Lives on the stack.
struct DeferFrame {
  DeferNode* top = nullptr;
  std::size_t used = 0;
  void (*body)(void*, DeferFrame*) = nullptr;
  void* context = nullptr;
  alignas(16) char arena[kArena];
};

namespace {

void RunBody(void* frame) {
  auto* f = static_cast<DeferFrame*>(frame);
  f->body(f->context, f);
}

void RunNode(void* node) {
  auto* n = static_cast<DeferNode*>(node);
  arch::golab_call_deferred(n->fn, n->room);
}

void FreeNode(DeferNode* n) {
  n->destroy(n->room);
  if (n->heap) std::free(n);
}

/// Whether a panic, or one it has replaced, began while a Goexit was under way.
bool DuringGoexit(const PanicRecord* panic) {
  for (; panic != nullptr; panic = panic->older) {
    if (panic->goexit != nullptr) return true;
  }
  return false;
}

/// Where a frame stands: what goes on when its deferred functions have run.
struct Course {
  Left left = Left::kReturned;
  PanicRecord* panic = nullptr;
  bool goexit_below = false;  ///< a Goexit goes on however a later panic ends

  void Panicked(PanicRecord* next, bool during_goexit, const UnwindState* u) {
    if (during_goexit && next->goexit == nullptr && u->goexit != nullptr) {
      next->goexit = new CapturedFrames(*u->goexit);
    }
    if (panic != nullptr) {
      if (next->older == nullptr && next != panic) {
        next->older = panic;
      } else {
        PanicRelease(panic);
      }
    }
    panic = next;
    left = Left::kPanic;
  }
};

UnwindKind KindOf(const Course& course) {
  switch (course.left) {
    case Left::kReturned:
      return UnwindKind::kReturn;
    case Left::kPanic:
      return UnwindKind::kPanic;
    case Left::kGoexit:
      return UnwindKind::kGoexit;
  }
  return UnwindKind::kReturn;
}

void RunDeferred(DeferFrame* frame, Course* course) {
  while (DeferNode* node = frame->top) {
    frame->top = node->next;
    G* g = arch::ThisP()->current;
    UnwindState* u = Unwinding(g);
    GOLAB_EVIDENCE(EventType::kDeferRun, KindOf(*course),
                   reinterpret_cast<std::uintptr_t>(node->fn));
    DeferCall call{u->deferred, course->panic, node->direct, false};
    u->deferred = &call;
    PanicRecord* panic = nullptr;
    const Left left = ProtectedCall(g, &RunNode, node, &panic);
    FreeNode(node);
    g = arch::ThisP()->current;
    u = Unwinding(g);
    u->deferred = call.outer;
    switch (left) {
      case Left::kReturned:
        if (course->panic != nullptr && course->panic->recovered) {
          PanicRelease(course->panic);
          course->panic = nullptr;
          course->left = course->goexit_below ? Left::kGoexit : Left::kReturned;
        }
        break;
      case Left::kPanic:
        course->Panicked(panic, course->left == Left::kGoexit, u);
        course->goexit_below = course->goexit_below || DuringGoexit(panic);
        break;
      case Left::kGoexit:  // ends the panic, if there is one: the goroutine ends quietly
        if (course->panic != nullptr) PanicRelease(course->panic);
        course->panic = nullptr;
        course->left = Left::kGoexit;
        course->goexit_below = true;
        break;
    }
  }
}

void PrintValue(void* record) {
  auto* r = static_cast<PanicRecord*>(record);
  r->text = r->value.PanicText();
}

/// A fresh record for panic(value).
PanicRecord* NewPanic(Any value, const void* frame) {
  CurrentG("panic");
  auto* record = new PanicRecord;
  record->value = value ? static_cast<Any&&>(value) : Any(runtime::PanicNilError{});
  // The value's own Text() may panic: that is reported instead, if nobody recovers this one.
  UnwindState* u = Unwinding(arch::ThisP()->current);
  const bool goexiting = u->goexiting;
  PanicRecord* failure = nullptr;
  if (ProtectedCall(arch::ThisP()->current, &PrintValue, record, &failure) == Left::kPanic) {
    record->text = failure->text;
    record->unprintable = true;
    PanicRelease(failure);
  }
  u->goexiting = goexiting;
  CaptureHere(&record->frames, frame);
  return record;
}

[[noreturn]] GOLAB_NOINLINE void Raise(PanicRecord* record, const void* frame) {
  if (const auto* error = record->value.As<RuntimeError>()) record->nil_access = error->nil_access;
  if (world.lab) {
    EvidenceSlow(EventType::kPanic, 0, EvidenceText(record->text.data(), record->text.size()),
                 frame);
  }
  throw PanicException(record);
}

// How many functions of the program stand between recover() and the trampoline that calls deferred
// functions: 1 if the deferred function itself has called. 0: not found among the nearest.
constexpr int kDepthAsked = 2;

/// By frame pointers: [fp] is the caller's frame, [fp + 8] where it returns to. Finds nothing, or
/// too much, in programs without frame pointers.
GOLAB_UNINSTRUMENTED int DeferredDepthByPointers(const G* g, const void* frame) noexcept {
  const auto* fp = static_cast<void* const*>(frame);
  for (int depth = 1; depth <= kDepthAsked; ++depth) {
    const auto* caller = static_cast<void* const*>(*fp);
    if (caller <= fp || static_cast<const void*>(caller + 2) > g->stack_top) return 0;
    if (reinterpret_cast<std::uintptr_t>(caller) % sizeof(void*) != 0) return 0;
    if (caller[1] == static_cast<const void*>(arch::golab_deferred_return)) return depth;
    fp = caller;
  }
  return 0;
}

struct DepthSearch {
  int frames = 0;
  int depth = 0;
};

/// By unwind tables, which every program has: slower. Called by recover().
GOLAB_NOINLINE int DeferredDepthByTables() noexcept {
  DepthSearch search;
  _Unwind_Backtrace(
      [](_Unwind_Context* context, void* argument) -> _Unwind_Reason_Code {
        auto* s = static_cast<DepthSearch*>(argument);
        const auto pc = reinterpret_cast<const void*>(_Unwind_GetIP(context));
        // 0: this function, 1: recover, 2: the first function of the program.
        const int depth = s->frames++ - 2;
        if (pc == static_cast<const void*>(arch::golab_deferred_return)) {
          s->depth = depth;
          return _URC_END_OF_STACK;
        }
        return depth > kDepthAsked ? _URC_END_OF_STACK : _URC_NO_REASON;
      },
      &search);
  return search.depth;
}

}  // namespace

void* DeferPush(DeferFrame* frame, std::size_t size, void (*fn)(void*), void (*destroy)(void*),
                bool direct) {
  GOLAB_AT_CALL();
  const std::size_t bytes = (sizeof(DeferNode) + 15) / 16 * 16 + (size + 15) / 16 * 16;
  char* memory;
  const bool heap = bytes > kArena - frame->used;
  if (heap) {
    memory = static_cast<char*>(std::aligned_alloc(16, bytes));
    if (memory == nullptr) Fatal("runtime: out of memory: deferred call");
  } else {
    memory = frame->arena + frame->used;
    frame->used += bytes;
  }
  auto* node = ::new (memory)
      DeferNode{frame->top, fn, destroy, memory + (sizeof(DeferNode) + 15) / 16 * 16, direct, heap};
  frame->top = node;
  return node->room;
}

void RunWithDefers(void (*body)(void*, DeferFrame*), void* context) {
  G* g = CurrentG("WithDefers");
  UnwindState* u = Unwinding(g);
  // What goes on around this frame is none of its business: a deferred function of an outer frame
  // that defers itself starts from a clean state.
  const bool outer_goexiting = u->goexiting;
  u->goexiting = false;
  DeferFrame frame;
  frame.body = body;
  frame.context = context;
  Course course;
  course.left = ProtectedCall(g, &RunBody, &frame, &course.panic);
  course.goexit_below = course.left == Left::kGoexit || DuringGoexit(course.panic);
  RunDeferred(&frame, &course);
  g = arch::ThisP()->current;
  switch (course.left) {
    case Left::kReturned:
      Unwinding(g)->goexiting = outer_goexiting;
      return;
    case Left::kPanic:
      ContinuePanic(g, course.panic);
    case Left::kGoexit:
      ContinueGoexit(g);
  }
}

int UncaughtExceptions() {
  return std::uncaught_exceptions();
}

void RunGuard(void (*fn)(void*), void* guard, int uncaught_before) {
  G* g = CurrentG("Defer");
  UnwindState* u = Unwinding(g);
  const bool by_goexit = u->goexiting;
  const bool by_panic = std::uncaught_exceptions() > uncaught_before;
  const UnwindKind kind = by_goexit  ? UnwindKind::kGoexit
                          : by_panic ? UnwindKind::kPanic
                                     : UnwindKind::kReturn;
  GOLAB_EVIDENCE(EventType::kDeferRun, kind, reinterpret_cast<std::uintptr_t>(fn));
  DeferCall call{u->deferred, nullptr, false, true};
  u->deferred = &call;
  if (!by_goexit && !by_panic) {
    struct Restore {
      ~Restore() {
        UnwindState* now = Unwinding(arch::ThisP()->current);
        if (now->deferred != nullptr) now->deferred = now->deferred->outer;
      }
    } restore;

    fn(guard);
    return;
  }
  // A destructor of an unwinding may not throw: what the function does is noted, and the protected
  // call below takes it up.
  u->goexiting = false;
  PanicRecord* panic = nullptr;
  const Left left = ProtectedCall(g, fn, guard, &panic);
  g = arch::ThisP()->current;
  u = Unwinding(g);
  u->deferred = call.outer;
  u->goexiting = by_goexit;
  if (left == Left::kReturned) return;
  if (left == Left::kPanic && by_goexit && panic->goexit == nullptr && u->goexit != nullptr) {
    panic->goexit = new CapturedFrames(*u->goexit);
  }
  u->note = GuardNote{left, panic};
}

const Any& PanicValue(const PanicRecord* record) {
  return record->value;
}

void PanicAny(Any value) {
  GOLAB_AT_CALL();
  const void* frame = __builtin_frame_address(0);
  Raise(NewPanic(static_cast<Any&&>(value), frame), frame);
}

void PanicAtFault(Any value, std::uintptr_t pc) {
  const void* frame = __builtin_frame_address(0);
  PanicRecord* record = NewPanic(static_cast<Any&&>(value), frame);
  record->fault_pc = pc;
  CaptureByTables(&record->frames);
  Raise(record, frame);
}

void PanicPlain(const char* text) {
  RuntimeError error;
  error.text = String(text);
  const void* frame = __builtin_frame_address(0);
  Raise(NewPanic(Any(error), frame), frame);
}

}  // namespace golab::rt

namespace golab {

Recovered recover() {
  using namespace rt;
  GOLAB_AT_CALL();
  G* g = CurrentG("recover");
  DeferCall* call = Unwinding(g)->deferred;
  if (call == nullptr || call->panic == nullptr || call->panic->recovered) return {};
  // Only the deferred function itself may recover: then it was called by the trampoline. One that
  // is no plain lambda or function is called through a thunk, one frame more.
  const int allowed = call->direct ? 1 : 2;
  const int by_pointers = DeferredDepthByPointers(g, __builtin_frame_address(0));
  if (by_pointers == 0 || by_pointers > allowed) {
    const int depth = DeferredDepthByTables();
    if (depth == 0 || depth > allowed) return {};
  }
  PanicRecord* record = call->panic;
  record->recovered = true;
  if (world.lab) {
    GOLAB_EVIDENCE(EventType::kRecover, 0, EvidenceText(record->text.data(), record->text.size()));
  }
  PanicRetain(record);
  return Recovered(record);
}

String Recovered::Text() const {
  if (record_ == nullptr) return "<nil>";
  return record_->foreign ? record_->text : record_->value.Text();
}

Any Recovered::Value() const {
  return record_ == nullptr ? Any() : record_->value;
}

String Recovered::Stack() const {
  return record_ == nullptr ? String() : rt::PanicStackText(record_);
}

namespace runtime {

void Goexit() {
  using namespace rt;
  GOLAB_AT_CALL();
  G* g = CurrentG("Goexit");
  UnwindState* u = Unwinding(g);
  if (u->goexit == nullptr) u->goexit = new CapturedFrames;
  CaptureHere(u->goexit, __builtin_frame_address(0));
  GOLAB_EVIDENCE(EventType::kGoexit, 0, 0);
  ContinueGoexit(g);
}

}  // namespace runtime
}  // namespace golab
