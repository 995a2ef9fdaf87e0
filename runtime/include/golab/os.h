// Go's os: arguments, environment, files, exit, signals.
#pragma once

#include <cstddef>
#include <cstdint>

#include "golab/arg.h"
#include "golab/errors.h"
#include "golab/io.h"
#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct FileRep;
const Error& NotExistError();
const Error& ExistError();
const Error& PermissionError();
const Error& ClosedFileError();
const Error& TimeoutError();

}  // namespace golab::rt

namespace golab::os {

/// Ends the process at once with `status`: no deferred call, no destructor, other goroutines
/// where they are. What stdio still holds is written first. Any thread. Go: os.Exit.
/// Differs: Go has no buffer to write.
[[noreturn]] void Exit(int status);

/// The command line, program first. Go: os.Args, a variable there.
Slice<golab::String> Args();

/// The variable's value, empty if it is not set. Not while another thread calls Setenv.
/// Go: os.Getenv.
golab::String Getenv(const golab::String& name);

/// What LookupEnv returns: `auto [value, ok] = os::LookupEnv("HOME");`.
struct LookedUp {
  golab::String value;
  bool ok = false;
};

/// Tells a variable that is empty from one that is not set. Go: os.LookupEnv.
LookedUp LookupEnv(const golab::String& name);

/// Not while another thread reads the environment. Error `setenv: invalid argument` for an empty
/// name or one with '='. Go: os.Setenv.
Error Setenv(const golab::String& name, const golab::String& value);

/// The process id. Go: os.Getpid.
int Getpid();

// What a failed operation on a file is, by errors::Is(err, os::ErrNotExist).
inline constexpr rt::ErrorConstant ErrNotExist{&rt::NotExistError};      ///< `file does not exist`
inline constexpr rt::ErrorConstant ErrExist{&rt::ExistError};            ///< `file already exists`
inline constexpr rt::ErrorConstant ErrPermission{&rt::PermissionError};  ///< `permission denied`
inline constexpr rt::ErrorConstant ErrClosed{&rt::ClosedFileError};      ///< `file already closed`

/// `i/o timeout`: a deadline has passed. Go: os.ErrDeadlineExceeded.
inline constexpr rt::ErrorConstant ErrDeadlineExceeded{&rt::TimeoutError};

/// Whether `err`, or what it wraps, has a method Timeout that says true: deadlines of connections
/// and of contexts. Go: os.IsTimeout. Differs: Go's does not look through wrappers of other
/// packages.
bool IsTimeout(const Error& err);

/// What file operations fail with: `open notes.txt: no such file or directory`. Go: os.PathError.
struct PathError {
  golab::String Op;
  golab::String Path;
  Error Err;

  golab::String Text() const;

  Error Unwrap() const { return Err; }
};

/// An open file; a reference, like Go's *os.File. Closed when the last copy is gone, if not
/// before. Reads and writes block the thread; any thread may call them, one at a time on one file.
/// On a nil File, or a closed one, they fail: `invalid argument`, `write PATH: file already
/// closed`.
class File {
 public:
  File() noexcept = default;
  File(const File& other) noexcept;

  File(File&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  File& operator=(File other) noexcept;
  ~File();

  /// Writes all of it, or says why not. Go: (*File).Write.
  io::Transfer Write(const void* data, std::size_t size) const;

  /// Go: (*File).WriteString.
  io::Transfer WriteString(const golab::String& text) const {
    return Write(text.data(), text.size());
  }

  /// Up to `size` bytes; io::Eof at the end. Go: (*File).Read.
  io::Transfer Read(void* data, std::size_t size) const;

  /// `close PATH: file already closed` the second time. Go: (*File).Close.
  Error Close() const;

  /// Its number in the operating system; -1 if it is nil or closed. Go: (*File).Fd, ^0 there.
  int Fd() const noexcept;

  /// The path it was opened with. Go: (*File).Name.
  golab::String Name() const;

  explicit operator bool() const noexcept { return rep_ != nullptr; }

 private:
  friend struct rt::FileRep;

  explicit File(rt::FileRep* rep) noexcept : rep_(rep) {}

  rt::FileRep* rep_ = nullptr;  // null: nil
};

/// What Open and Create return: `auto [file, err] = os::Create("trace.out");`.
struct Opened {
  File file;
  Error err;
};

/// For reading. Go: os.Open.
Opened Open(const golab::String& name);

/// For reading and writing; empties or makes it with mode 0666 before the umask. Go: os.Create.
Opened Create(const golab::String& name);

/// What ReadFile returns: `auto [data, err] = os::ReadFile("labs.toml");`.
struct FileContents {
  golab::String data;
  Error err;
};

/// All of a file. Go: os.ReadFile.
FileContents ReadFile(const golab::String& name);

/// Empties or makes the file with mode `permissions`, and writes `data`. Go: os.WriteFile.
Error WriteFile(const golab::String& name, const golab::String& data, unsigned permissions);

/// Removes a file or an empty directory. Go: os.Remove.
Error Remove(const golab::String& name);

/// C's stdin, stdout and stderr, with their buffers. Go: os.Stdin and so on, variables there.
File Stdin();
File Stdout();
File Stderr();

/// An operating system signal. Go: os.Signal, of dynamic type syscall.Signal.
class Signal {
 public:
  constexpr Signal() noexcept = default;

  explicit constexpr Signal(int number) noexcept : number_(number) {}

  constexpr int Number() const noexcept { return number_; }

  /// `interrupt`, `killed`, `terminated`; `signal 64` for one without a name.
  golab::String String() const;

  fmt::Arg AsArg() const;  ///< How fmt prints it: by String(), the number for %d.

  friend constexpr bool operator==(Signal, Signal) noexcept = default;

 private:
  int number_ = 0;
};

inline constexpr Signal Interrupt{2};
inline constexpr Signal Kill{9};
inline constexpr Signal Terminate{
    15};  ///< Go: syscall.SIGTERM, a name that <csignal> takes as a macro.

}  // namespace golab::os

#pragma GCC visibility pop
