#pragma once
// Go's os/signal: operating system signals as values on channels.
//
//   auto [ctx, stop] = signal::NotifyContext(context::Background(), os::Interrupt, os::Terminate);
//   Defer d{stop};
//   ctx.Done().Recv();                       // the first Ctrl-C or `kill`
//
// Signals are os::Signal values, or numbers of <csignal>: os::Interrupt, os::Terminate, SIGHUP.
// What nobody asked for does as in Go: SIGHUP, SIGINT and SIGTERM end the process, SIGQUIT and
// SIGABRT print all goroutines, a write to a standard output that nobody reads ends it by SIGPIPE,
// and SIGALRM, SIGUSR1 and their like do nothing.
//
// Those that a fault of the program causes (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS),
// SIGKILL and SIGSTOP cannot be had. Differs: nor can SIGURG and SIGPROF, the runtime's own.
//
// From the first Notify on there is one goroutine more, [syscall], that hands signals over; as in
// Go it counts in runtime::NumGoroutine, and a program that waits for a signal is not deadlocked.
// Differs: in the virtual world it is, where nothing else can happen, since nobody is outside.

#include "golab/chan.h"
#include "golab/context.h"
#include "golab/os.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab {
namespace rt {

/// An argument of the functions below: a signal, or its number.
struct SignalArg {
  constexpr SignalArg() noexcept = default;

  constexpr SignalArg(os::Signal s) noexcept : value(s) {}  // NOLINT(google-explicit-constructor)

  constexpr SignalArg(int number) noexcept
      : value(number) {}  // NOLINT(google-explicit-constructor)

  os::Signal value;  ///< 0: no argument
};

}  // namespace rt

namespace signal {

// Go's functions take any number of signals, these up to six; two calls do what one would with
// more.

/// Sends each of these signals to c when it arrives, all signals if none is named; several calls
/// add up, also with other channels. A send never waits: give c room for as many as may come
/// before it is read, 1 if it is one kind. Panics "os/signal: Notify using nil channel".
/// Goroutines only. Go: signal.Notify.
void Notify(const SendChan<os::Signal>& c, rt::SignalArg s1 = {}, rt::SignalArg s2 = {},
            rt::SignalArg s3 = {}, rt::SignalArg s4 = {}, rt::SignalArg s5 = {},
            rt::SignalArg s6 = {});

/// A context that is canceled when one of these signals arrives, or `cancel` is called, which Go
/// calls stop. Until then the signal does not have its default action: call it as soon as the
/// signal should again, so that a second Ctrl-C ends the process. Go: signal.NotifyContext.
[[nodiscard]] context::Cancelable NotifyContext(const context::Context& parent,
                                                rt::SignalArg s1 = {}, rt::SignalArg s2 = {},
                                                rt::SignalArg s3 = {}, rt::SignalArg s4 = {},
                                                rt::SignalArg s5 = {}, rt::SignalArg s6 = {});

/// Sends no more signals to c, none after it has returned. A signal that no other channel asked for
/// has its default action again. Goroutines only. Go: signal.Stop.
void Stop(const SendChan<os::Signal>& c);

/// Nothing happens when these arrive, any if none is named; they go to no channel any more.
/// Goroutines only. Go: signal.Ignore.
void Ignore(rt::SignalArg s1 = {}, rt::SignalArg s2 = {}, rt::SignalArg s3 = {},
            rt::SignalArg s4 = {}, rt::SignalArg s5 = {}, rt::SignalArg s6 = {});

/// Whether it is ignored: by Ignore, or since before the start (nohup). Go: signal.Ignored.
bool Ignored(rt::SignalArg s);

/// Undoes Notify for these signals, for all if none is named. Not Ignore, as in Go.
/// Goroutines only. Go: signal.Reset.
void Reset(rt::SignalArg s1 = {}, rt::SignalArg s2 = {}, rt::SignalArg s3 = {},
           rt::SignalArg s4 = {}, rt::SignalArg s5 = {}, rt::SignalArg s6 = {});

}  // namespace signal
}  // namespace golab

#pragma GCC visibility pop
