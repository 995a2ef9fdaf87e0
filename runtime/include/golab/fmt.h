// Go's fmt: formatted output and text.
//
// Verbs %v %+v %#v %T %d %s %q %t %x %X %o %O %b %c %U %e %E %f %F %g %G %p %w %%, with flags
// `+-# 0`, width, precision, `*` and argument indexes `%[2]d`. Misuse shows in the text, as in Go:
// `%!d(string=hi)`, `%!v(MISSING)`, `%!(EXTRA int=1)`, `%!z(int=5)`. How a C++ value looks: arg.h.
//
// Output to os::Stdout() and os::Stderr() goes through C's stdout and stderr in one piece, so it
// mixes in order with printf and std::cout. Any thread may call any of these.
// Differs from Go: a struct without String() or Text() prints as type and address, not as its
// fields; a panic in a String() or Text() goes on.
#pragma once

#include <cstddef>
#include <type_traits>

#include "golab/arg.h"
#include "golab/errors.h"
#include "golab/io.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::fmt {

/// The arguments of one call, borrowed.
struct Args {
  const Arg* data;
  std::size_t size;
};

// What the templates below call, for callers that have an Args already. Prefix V as in vprintf.
io::Transfer VPrint(Args args);
io::Transfer VPrintln(Args args);
io::Transfer VPrintf(const String& format, Args args);
io::Transfer VFprint(const io::Writer& to, Args args);
io::Transfer VFprintln(const io::Writer& to, Args args);
io::Transfer VFprintf(const io::Writer& to, const String& format, Args args);
golab::String VSprint(Args args);
golab::String VSprintln(Args args);
golab::String VSprintf(const String& format, Args args);
/// `errors` stands beside `args`: the error that each is, or nil.
Error VErrorf(const String& format, Args args, const Error* errors);

/// Owns the Args of one call. One Arg more than needed, because arrays are not empty.
template <std::size_t N>
struct ArgArray {
  Arg data[N + 1];

  operator Args() const { return {data, N}; }  // NOLINT(google-explicit-constructor)
};

template <class... A>
ArgArray<sizeof...(A)> MakeArgs(const A&... args) {
  return {{Arg::Of(args)..., Arg{}}};
}

/// The error that `arg` is or, if it is an Any, holds; else nil.
template <class T>
Error ErrorIn(const T& arg) {
  if constexpr (std::is_convertible_v<const T&, Error>) {
    return arg;
  } else if constexpr (requires { *arg.template As<Error>(); }) {
    const Error* const held = arg.template As<Error>();
    return held == nullptr ? Error(nullptr) : *held;
  } else {
    return nullptr;
  }
}

/// Writes the arguments to standard output, with a space between two that are both not strings.
/// May block for ever on a full pipe. Go: fmt.Print.
template <class... A>
io::Transfer Print(const A&... args) {
  return VPrint(MakeArgs(args...));
}

/// Writes the arguments to standard output, spaces between, newline at the end. Go: fmt.Println.
template <class... A>
io::Transfer Println(const A&... args) {
  return VPrintln(MakeArgs(args...));
}

/// Writes by format to standard output. Go: fmt.Printf.
template <class... A>
io::Transfer Printf(const String& format, const A&... args) {
  return VPrintf(format, MakeArgs(args...));
}

/// Like Print, to `to`. Go: fmt.Fprint.
template <class... A>
io::Transfer Fprint(const io::Writer& to, const A&... args) {
  return VFprint(to, MakeArgs(args...));
}

/// Like Println, to `to`. Go: fmt.Fprintln.
template <class... A>
io::Transfer Fprintln(const io::Writer& to, const A&... args) {
  return VFprintln(to, MakeArgs(args...));
}

/// Like Printf, to `to`. Go: fmt.Fprintf.
template <class... A>
io::Transfer Fprintf(const io::Writer& to, const String& format, const A&... args) {
  return VFprintf(to, format, MakeArgs(args...));
}

/// The text that Print would write. Go: fmt.Sprint.
template <class... A>
golab::String Sprint(const A&... args) {
  return VSprint(MakeArgs(args...));
}

/// The text that Println would write, newline included. Go: fmt.Sprintln.
template <class... A>
golab::String Sprintln(const A&... args) {
  return VSprintln(MakeArgs(args...));
}

/// The text that Printf would write. Go: fmt.Sprintf.
template <class... A>
golab::String Sprintf(const String& format, const A&... args) {
  return VSprintf(format, MakeArgs(args...));
}

/// An error with that text, which wraps every error printed by %w. Go: fmt.Errorf.
template <class... A>
Error Errorf(const String& format, const A&... args) {
  const Error errors[] = {ErrorIn(args)..., nullptr};
  return VErrorf(format, MakeArgs(args...), static_cast<const Error*>(errors));
}

}  // namespace golab::fmt

#pragma GCC visibility pop
