// Go's log: lines with a time in front, `2009/11/10 23:00:00 message`, on standard error.
//
// A message gets a newline if it has none, and is written in one piece. Any thread may log; lines
// never mix. Blocks only as the output does (a full pipe).
#pragma once

#include <utility>

#include "golab/fmt.h"
#include "golab/io.h"
#include "golab/os.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct LoggerRep;

}  // namespace golab::rt

namespace golab::log {

// What stands in front of a message; SetFlags takes a sum of these. Go: log.Ldate and so on.
inline constexpr int Ldate = 1;          ///< 2009/01/23
inline constexpr int Ltime = 2;          ///< 01:23:23
inline constexpr int Lmicroseconds = 4;  ///< 01:23:23.123123
inline constexpr int Llongfile = 8;      ///< Differs: the place is not known, as Go's `???:0`.
inline constexpr int Lshortfile = 16;    ///< Likewise.
inline constexpr int LUTC = 32;          ///< UTC rather than the local time zone
inline constexpr int Lmsgprefix = 64;    ///< The prefix goes before the message, not the line.
inline constexpr int LstdFlags = Ldate | Ltime;

/// A destination with prefix and flags; a reference, like Go's *log.Logger.
class Logger {
 public:
  Logger(io::Writer to, const String& prefix, int flags);  ///< Go: log.New.
  Logger(const Logger& other) noexcept;
  Logger& operator=(const Logger& other) noexcept;
  ~Logger();

  template <class... A>
  void Print(const A&... args) const {
    Output(fmt::Sprint(args...));
  }

  template <class... A>
  void Printf(const String& format, const A&... args) const {
    Output(fmt::Sprintf(format, args...));
  }

  template <class... A>
  void Println(const A&... args) const {
    Output(fmt::Sprintln(args...));
  }

  /// Print, then os::Exit(1). Go: (*Logger).Fatal.
  template <class... A>
  [[noreturn]] void Fatal(const A&... args) const {
    Print(args...);
    os::Exit(1);
  }

  template <class... A>
  [[noreturn]] void Fatalf(const String& format, const A&... args) const {
    Printf(format, args...);
    os::Exit(1);
  }

  template <class... A>
  [[noreturn]] void Fatalln(const A&... args) const {
    Println(args...);
    os::Exit(1);
  }

  /// Print, then panic with the message. Go: (*Logger).Panic.
  template <class... A>
  [[noreturn]] void Panic(const A&... args) const {
    PanicWith(fmt::Sprint(args...));
  }

  template <class... A>
  [[noreturn]] void Panicf(const String& format, const A&... args) const {
    PanicWith(fmt::Sprintf(format, args...));
  }

  template <class... A>
  [[noreturn]] void Panicln(const A&... args) const {
    PanicWith(fmt::Sprintln(args...));
  }

  void SetFlags(int flags) const;
  int Flags() const;
  void SetPrefix(const String& prefix) const;
  String Prefix() const;
  void SetOutput(io::Writer to) const;

  /// Writes one line. Go: (*Logger).Output. Differs: without call depth.
  void Output(const String& message) const;

 private:
  [[noreturn]] void PanicWith(const String& message) const;

  rt::LoggerRep* rep_;  // never null
};

/// The logger that the functions below use: standard error, no prefix, LstdFlags. Go: log.Default.
Logger Default();

/// Go: log.New.
inline Logger New(io::Writer to, const String& prefix, int flags) {
  return Logger(std::move(to), prefix, flags);
}

template <class... A>
void Print(const A&... args) {
  Default().Print(args...);
}

template <class... A>
void Printf(const String& format, const A&... args) {
  Default().Printf(format, args...);
}

template <class... A>
void Println(const A&... args) {
  Default().Println(args...);
}

/// Print, then os::Exit(1). Go: log.Fatal.
template <class... A>
[[noreturn]] void Fatal(const A&... args) {
  Default().Fatal(args...);
}

template <class... A>
[[noreturn]] void Fatalf(const String& format, const A&... args) {
  Default().Fatalf(format, args...);
}

template <class... A>
[[noreturn]] void Fatalln(const A&... args) {
  Default().Fatalln(args...);
}

/// Print, then panic with the message. Go: log.Panic.
template <class... A>
[[noreturn]] void Panic(const A&... args) {
  Default().Panic(args...);
}

template <class... A>
[[noreturn]] void Panicf(const String& format, const A&... args) {
  Default().Panicf(format, args...);
}

template <class... A>
[[noreturn]] void Panicln(const A&... args) {
  Default().Panicln(args...);
}

void SetFlags(int flags);
int Flags();
void SetPrefix(const String& prefix);
String Prefix();
void SetOutput(io::Writer to);

}  // namespace golab::log

#pragma GCC visibility pop
