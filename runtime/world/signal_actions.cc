#include "runtime/world/signal_actions.h"

#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "runtime/world/real_calls.h"
#include "runtime/world/signal_arrival.h"
#include "runtime/world/world.h"

#if GOLAB_TSAN
// TSan's sigaction puts a handler off until the program's own code runs, which may be never: the
// runtime waits where TSan does not look. Ours calls nothing that TSan knows.
extern "C" int __sigaction(int signal, const struct sigaction* action,
                           struct sigaction* old) noexcept;
#  define GOLAB_SIGACTION __sigaction
#else
#  define GOLAB_SIGACTION ::sigaction
#endif

namespace golab::rt {
namespace {

struct Actions {
  std::uint64_t relayed = 0;  // a bit each
  std::uint64_t known = 0;    // of which `before` has been read
  struct sigaction before[kSignals + 1] = {};
};

constinit Actions actions;

constexpr std::uint64_t Bit(int signal) noexcept {
  return std::uint64_t{1} << (signal - 1);
}

void Set(int signal, void (*handler)(int, siginfo_t*, void*)) noexcept {
  struct sigaction action {};

  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  GOLAB_SIGACTION(signal, &action, nullptr);
}

void OnRelayed(int signal, siginfo_t* /*info*/, void* /*context*/) {
  NoteArrival(signal);
}

void OnNothing(int /*signal*/, siginfo_t* /*info*/, void* /*context*/) {}

/// A write to fd 1 or 2 that was refused with EPIPE ends the program, as if the signal were not
/// handled; elsewhere the call's error is enough. Go: os.epipecheck.
void OnPipe(int signal, siginfo_t* /*info*/, void* raw) {
  const greg_t* r = static_cast<const ucontext_t*>(raw)->uc_mcontext.gregs;
  // Right behind the system call its result is in rax, its first argument still in rdi.
  const auto* pc = reinterpret_cast<const unsigned char*>(r[REG_RIP]);
  const bool in_call = pc[-2] == 0x0f && pc[-1] == 0x05;
  if (!in_call || r[REG_RAX] != -EPIPE || (r[REG_RDI] != 1 && r[REG_RDI] != 2)) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);  // the end, unless somebody else has blocked it
  real::ExitProcess(2);
}

/// Keeps what the signal did before the program changed it.
void KnowBefore(int signal) noexcept {
  if ((actions.known & Bit(signal)) != 0) return;
  actions.known |= Bit(signal);
  GOLAB_SIGACTION(signal, nullptr, &actions.before[signal]);
}

}  // namespace

bool IsForPrograms(int signal) noexcept {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGILL:
    case SIGTRAP:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGSTKFLT:
    case SIGSYS:
    case SIGURG:
    case SIGPROF:
    case 32:
    case 33:
    case 34:
      return false;
    default:
      return signal >= 1 && signal <= kSignals;
  }
}

void RelaySignal(int signal) noexcept {
  KnowBefore(signal);
  actions.relayed |= Bit(signal);
  Set(signal, &OnRelayed);
}

void RestoreSignal(int signal) noexcept {
  if ((actions.relayed & Bit(signal)) == 0) return;
  actions.relayed &= ~Bit(signal);
  struct sigaction* before = &actions.before[signal];
  GOLAB_SIGACTION(signal, before, nullptr);
}

void IgnoreSignal(int signal) noexcept {
  KnowBefore(signal);
  actions.relayed &= ~Bit(signal);

  // What Notify and Stop come back to is what the program was started with.
  struct sigaction ignore {};

  ignore.sa_handler = SIG_IGN;
  GOLAB_SIGACTION(signal, &ignore, nullptr);
}

bool IsIgnored(int signal) noexcept {
  if (!IsForPrograms(signal)) return false;

  struct sigaction now {};

  GOLAB_SIGACTION(signal, nullptr, &now);
  return (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN;
}

void InstallSignalDefaults() noexcept {
  // Handlers, not SIG_IGN: what is ignored stays so in programs that this one starts.
  for (const int one : {SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGIO, SIGPWR}) Set(one, &OnNothing);
  for (int one = 35; one <= kSignals; ++one) Set(one, &OnNothing);
  Set(SIGPIPE, &OnPipe);
  // Limits of a lab end its runs by these.
  if (world.lab) return;
  Set(SIGXCPU, &OnNothing);
  Set(SIGXFSZ, &OnNothing);
}

}  // namespace golab::rt
