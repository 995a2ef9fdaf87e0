#include "runtime/world/signals.h"

#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "golab/defer.h"

#include "runtime/base/fault.h"
#include "runtime/go_trace/tracer.h"
#include "runtime/lang/doors.h"
#include "runtime/sched/dump_all.h"
#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/traceback/loaded_image.h"
#include "runtime/traceback/self_symbolizer.h"
#include "runtime/unwind/panic_record.h"
#include "runtime/unwind/unwind.h"
#include "runtime/unwind/unwind_state.h"
#include "runtime/world/exit.h"
#include "runtime/world/real_calls.h"
#include "runtime/world/recording.h"
#include "runtime/world/signal_actions.h"
#include "runtime/world/world.h"

namespace golab::rt {
namespace {

constexpr std::size_t kAltStack = 1 << 20;  // names are made on it; what is not used costs nothing
constexpr std::uintptr_t kGuardReach = 64 << 10;  // a frame may step this far over the guard

constexpr std::uintptr_t Word(greg_t r) noexcept {
  return static_cast<std::uintptr_t>(r);
}

/// Whether the program's own code or golab's was interrupted: then no lock of the allocator or the
/// loader is held.
bool InKnownCode(const ucontext_t* context) noexcept {
  struct Where {
    std::uintptr_t pc;
    std::uintptr_t here;
  } where{Word(context->uc_mcontext.gregs[REG_RIP]),
          reinterpret_cast<std::uintptr_t>(&InKnownCode)};

  return VisitImages(
      [](const LoadedImage& image, void* data) noexcept {
        const auto* w = static_cast<const Where*>(data);
        const auto holds = [&](std::uintptr_t pc) {
          return pc >= image.text_start && pc < image.text_end;
        };
        return holds(w->pc) && (image.is_executable || holds(w->here));
      },
      &where);
}

/// Makes names for a dump if the interrupted code allows it, or nothing runs.
void PrepareNamesAt(const ucontext_t* context, const G* g) noexcept {
  if (g == nullptr || InKnownCode(context)) PrepareNames();
}

/// The running goroutine as a dump of it at the signal: from the registers, not from this stack.
StackPiece PieceAt(const ucontext_t* context, const G* g) noexcept {
  StackPiece piece;
  piece.pc = Word(context->uc_mcontext.gregs[REG_RIP]);
  piece.fp = Word(context->uc_mcontext.gregs[REG_RBP]);
  if (g != nullptr && g->stack_top != nullptr) {
    const StackBounds bounds = BoundsOf(g->stack_top);
    piece.lo = reinterpret_cast<std::uintptr_t>(bounds.lo);
    piece.hi = reinterpret_cast<std::uintptr_t>(g->stack_top);
  }
  return piece;
}

void WriteAt(TextSink& sink, const G* g, const ucontext_t* context, bool full) noexcept {
  GoroutineView v = ViewOf(g, nullptr);
  v.reason = "running";
  v.never_ran = v.elsewhere = false;
  v.stack = PieceAt(context, g);
  DumpOptions options;
  options.full = options.addresses = full;
  sink.Put('\n');
  WriteGoroutine(sink, v, SelfSymbolizer::Get(), options);
}

void WriteOthers(TextSink& sink, const G* but, bool full) noexcept {
  DumpOptions options;
  options.full = options.addresses = full;
  ForEachG([&](const G* g) {
    if (g == but) return;
    sink.Put('\n');
    WriteGoroutine(sink, ViewOf(g, nullptr), SelfSymbolizer::Get(), options);
  });
}

[[noreturn]] void StackOverflow(P* p, const G* g, const ucontext_t* context) noexcept {
  BeginEnd();
  FreezeTheWorld();
  PrepareNamesAt(context, g);
  const StackBounds bounds = BoundsOf(g->stack_top);
  FdSink sink(2);
  sink.Put("runtime: goroutine stack exceeds ");
  sink.PutDecimal(g->id == 1 ? 1'000'000'000 : static_cast<std::uint64_t>(bounds.top - bounds.lo));
  sink.Put("-byte limit\nruntime: sp=");
  sink.PutHex(Word(context->uc_mcontext.gregs[REG_RSP]));
  sink.Put(" stack=[");
  sink.PutHex(reinterpret_cast<std::uintptr_t>(bounds.lo));
  sink.Put(", ");
  sink.PutHex(reinterpret_cast<std::uintptr_t>(bounds.top));
  sink.Put("]\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw(...)\n");
  WriteAt(sink, g, context, false);
  WriteOthers(sink, g, false);
  sink.Flush();
  if (world.lab) {
    static constexpr char kText[] = "stack overflow";
    Emit(p, EventType::kFatal, g->id, 0, EvidenceText(kText, sizeof kText - 1), 0);
    p->log.header()->finished = 1;
    Emit(p, EventType::kExit, g->id, static_cast<std::uint8_t>(ExitKind::kFatal), 2, 0);
  }
  FinishTraceAtExit(true);
  real::ExitProcess(2);
}

/// Runs on the goroutine's stack in place of the faulting instruction.
void PanicNilAccess(std::uintptr_t pc) {
  RuntimeError error;
  error.text = "runtime error: invalid memory address or nil pointer dereference";
  error.nil_access = true;
  PanicAtFault(Any(error), pc);
}

void PanicDivide(std::uintptr_t pc) {
  RuntimeError error;
  error.text = "runtime error: integer divide by zero";
  PanicAtFault(Any(error), pc);
}

/// Makes the interrupted code call `function` as if the faulting instruction were a call of it. The
/// unwinder takes the stack for what it is at that instruction, so the return address lies right
/// below it: in the red zone, which nobody reads any more.
void InjectCall(ucontext_t* context, void (*function)(std::uintptr_t)) noexcept {
  greg_t* r = context->uc_mcontext.gregs;
  std::uintptr_t pc = Word(r[REG_RIP]);
  if (pc == 0) {  // a call of a null function: its return address is there already
    pc = *reinterpret_cast<const std::uintptr_t*>(r[REG_RSP]);
  } else {
    r[REG_RSP] -= sizeof pc;
    *reinterpret_cast<std::uintptr_t*>(r[REG_RSP]) = pc + 1;  // a return address: looked up minus 1
  }
  r[REG_RDI] = static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(function));
  r[REG_RSI] = static_cast<greg_t>(pc);
  r[REG_RIP] = static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(&arch::golab_call_at_fault));
}

[[noreturn]] void DieBySignal(int number) noexcept {
  std::signal(number, SIG_DFL);
  std::raise(number);
  real::ExitProcess(2);
}

const char* FaultName(int number) noexcept {
  switch (number) {
    case SIGBUS:
      return "SIGBUS: bus error";
    case SIGFPE:
      return "SIGFPE: floating-point exception";
    default:
      return "SIGSEGV: segmentation violation";
  }
}

/// Go's line of a signal.
void WriteSignal(TextSink& sink, int number, const siginfo_t* info,
                 const ucontext_t* context) noexcept {
  sink.Put("[signal ");
  sink.Put(FaultName(number));
  sink.Put(" code=");
  sink.PutHex(static_cast<std::uint64_t>(info->si_code));
  sink.Put(" addr=");
  sink.PutHex(reinterpret_cast<std::uintptr_t>(info->si_addr));
  sink.Put(" pc=");
  sink.PutHex(Word(context->uc_mcontext.gregs[REG_RIP]));
  sink.Put("]\n");
}

/// Makes names on a thread of their own: where no goroutine runs, the handler's stack is another's,
/// and may be small (ASan gives each thread one of 32 KiB).
void PrepareNamesElsewhere() noexcept {
  pthread_t thread;
  const auto prepare = [](void* /*unused*/) -> void* {
    PrepareNames();
    return nullptr;
  };
  if (real::ThreadCreate(&thread, nullptr, prepare, nullptr) == 0) pthread_join(thread, nullptr);
}

/// A fault where no goroutine runs is golab's own (or a thread's of the program's that golab knows
/// nothing of). Go's words, then the end by this signal.
[[noreturn]] void DieOutsideGoroutines(int number, const siginfo_t* info,
                                       const ucontext_t* context) noexcept {
  static constinit bool told = false;
  if (__atomic_exchange_n(&told, true, __ATOMIC_RELAXED)) DieBySignal(number);  // a fault in here
  const std::uintptr_t sp = Word(context->uc_mcontext.gregs[REG_RSP]);
  FdSink sink(2);
  sink.Put("fatal error: unexpected signal during runtime execution\n");
  WriteSignal(sink, number, info, context);
  sink.Put("\nruntime stack:\n");
  sink.Flush();  // what follows may fault itself
  if (InKnownCode(context)) PrepareNamesElsewhere();
  StackPiece piece;
  piece.pc = Word(context->uc_mcontext.gregs[REG_RIP]);
  piece.fp = Word(context->uc_mcontext.gregs[REG_RBP]);
  piece.lo = sp;
  piece.hi = sp + kPage;  // above every thread's stack lies what the kernel or libc has put there
  DumpOptions options;
  options.full = options.addresses = true;
  WriteStack(sink, piece, SelfSymbolizer::Get(), options);
  sink.Flush();
  DieBySignal(number);
}

void OnFault(int number, siginfo_t* info, void* raw) {
  auto* context = static_cast<ucontext_t*>(raw);
  P* p = arch::ThisP();
  const G* g = p == nullptr ? nullptr : p->current;
  if (g == nullptr || g->stack_top == nullptr) DieOutsideGoroutines(number, info, context);
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const StackBounds bounds = BoundsOf(g->stack_top);
  const auto lo = reinterpret_cast<std::uintptr_t>(bounds.lo);
  if (number == SIGSEGV && address + kGuardReach >= lo && address < lo + kPage) {
    StackOverflow(p, g, context);
  }
  if (number == SIGFPE) {
    InjectCall(context, &PanicDivide);
    return;
  }
  if (address < kPage) {
    InjectCall(context, &PanicNilAccess);
    return;
  }
  // A wild pointer: Go's words, not recoverable.
  PrepareNamesAt(context, g);
  FdSink sink(2);
  sink.Put("unexpected fault address ");
  sink.PutHex(address);
  sink.Put("\nfatal error: fault\n");
  WriteSignal(sink, SIGSEGV, info, context);  // of SIGBUS, too
  WriteAt(sink, g, context, false);
  sink.Flush();
  if (world.lab) DieBySignal(number);
  FinishTraceAtExit(true);
  real::ExitProcess(2);
}

const char* NameOf(int number) noexcept {
  switch (number) {
    case SIGQUIT:
      return "SIGQUIT: quit";
    case SIGABRT:
      return "SIGABRT: abort";
    default:
      return "signal";
  }
}

/// All of them, as Go lists them.
void WriteRegisters(TextSink& sink, const ucontext_t* context) noexcept {
  static constexpr struct {
    const char* name;
    int index;
  } kRegisters[] = {{"rax", REG_RAX}, {"rbx", REG_RBX}, {"rcx", REG_RCX}, {"rdx", REG_RDX},
                    {"rdi", REG_RDI}, {"rsi", REG_RSI}, {"rbp", REG_RBP}, {"rsp", REG_RSP},
                    {"r8 ", REG_R8},  {"r9 ", REG_R9},  {"r10", REG_R10}, {"r11", REG_R11},
                    {"r12", REG_R12}, {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15},
                    {"rip", REG_RIP}};

  const greg_t* r = context->uc_mcontext.gregs;
  sink.Put('\n');
  for (const auto& one : kRegisters) {
    sink.Put(one.name);
    sink.Put("    ");
    sink.PutHex(Word(r[one.index]));
    sink.Put('\n');
  }
  sink.Put("rflags ");
  sink.PutHex(Word(r[REG_EFL]));
  const std::uintptr_t segments = Word(r[REG_CSGSFS]);  // cs, gs, fs: 16 bits each
  sink.Put("\ncs     ");
  sink.PutHex(segments & 0xffff);
  sink.Put("\nfs     ");
  sink.PutHex(segments >> 32 & 0xffff);
  sink.Put("\ngs     ");
  sink.PutHex(segments >> 16 & 0xffff);
  sink.Put('\n');
}

/// Go's dump: what the thread did, then every goroutine with addresses.
void OnQuit(int number, siginfo_t* info, void* raw) {
  auto* context = static_cast<ucontext_t*>(raw);
  P* p = arch::ThisP();
  const G* g = p == nullptr ? nullptr : p->current;
  if (p != nullptr) PrepareNamesAt(context, g);
  FdSink sink(2);
  sink.Put(NameOf(number));
  sink.Put("\nPC=");
  sink.PutHex(Word(context->uc_mcontext.gregs[REG_RIP]));
  sink.Put(" m=0 sigcode=");
  sink.PutDecimal(static_cast<std::uint64_t>(info->si_code < 0 ? -info->si_code : info->si_code));
  sink.Put('\n');
  if (g == nullptr) {
    sink.Put("\ngoroutine 0 gp=0x0 m=0 mp=");
    sink.PutHex(reinterpret_cast<std::uintptr_t>(p));
    sink.Put(" [idle]:\n");
  }
  if (g != nullptr) WriteAt(sink, g, context, true);
  WriteOthers(sink, g, true);
  WriteRegisters(sink, context);
  sink.Flush();
  if (number == SIGABRT && world.lab) DieBySignal(number);
  FinishTraceAtExit(true);
  real::ExitProcess(2);
}

void Handle(int number, void (*handler)(int, siginfo_t*, void*)) noexcept {
  struct sigaction action {};

  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(number, &action, nullptr);
}

[[noreturn]] void OnTerminate() noexcept {
  P* p = arch::ThisP();
  G* g = p == nullptr ? nullptr : p->current;
  if (g == nullptr) std::abort();
  UnwindState* u = g->extra == nullptr ? nullptr : g->extra->unwind;
  if (u != nullptr && u->goexiting) {
    Fatal("runtime.Goexit left a noexcept function (or a destructor)");
  }
  if (const std::exception_ptr current = std::current_exception()) {
    // The frames inside the noexcept function are gone; those of the panic were kept.
    PanicRecord* record = nullptr;
    try {
      std::rethrow_exception(current);
    } catch (PanicException& e) {
      record = e.record();
    } catch (const std::exception& e) {
      record = new PanicRecord;
      record->text = String(e.what());
      CaptureHere(&record->frames, __builtin_frame_address(0));
    } catch (...) {
      record = new PanicRecord;
      record->text = "C++ exception";
      CaptureHere(&record->frames, __builtin_frame_address(0));
    }
    WritePanicReport(g, record);
    ExitNow(ExitKind::kPanic, 2);
  }
  Fatal("std::terminate called");
}

}  // namespace

void InstallSignalHandlers() noexcept {
  static char alt[kAltStack];
  stack_t stack{};
  stack.ss_sp = alt;
  stack.ss_size = sizeof alt;
  sigaltstack(&stack, nullptr);
  Handle(SIGSEGV, &OnFault);
  Handle(SIGBUS, &OnFault);
  Handle(SIGFPE, &OnFault);
  Handle(SIGQUIT, &OnQuit);
  Handle(SIGABRT, &OnQuit);
  InstallSignalDefaults();
  // A handler cannot always make names. They cost milliseconds, so they are made now only on
  // demand.
  if (const char* eager = std::getenv("GOLAB_TRACEBACK"); eager != nullptr) PrepareNames();
}

void InstallAlternateStack() noexcept {
  void* at = mmap(nullptr, kAltStack, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) Fatal("runtime: out of memory: signal stack");
  const stack_t stack{at, 0, kAltStack};
  sigaltstack(&stack, nullptr);
}

void RemoveAlternateStack() noexcept {
  stack_t old{};
  const stack_t none{nullptr, SS_DISABLE, 0};
  if (sigaltstack(&none, &old) == 0 && old.ss_sp != nullptr) munmap(old.ss_sp, old.ss_size);
}

void InstallTerminateHandler() noexcept {
  std::set_terminate(&OnTerminate);
}

}  // namespace golab::rt
