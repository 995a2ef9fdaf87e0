// The process as package os shows it, and io.Discard. Files: file.cc. Exit: doors.cc.

#include "golab/os.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "runtime/lang/arguments.h"
#include "runtime/lang/errno_text.h"

namespace golab {
namespace rt {
namespace {

// What the C library hands to every constructor. Set before main, read after it.
constinit int argument_count = 0;
constinit char** argument_values = nullptr;

[[gnu::constructor]] void KeepArguments(int count, char** values) {
  argument_count = count;
  argument_values = values;
}

Slice<String>& Arguments() {
  static auto* const arguments = [] {
    std::vector<String> list(argument_values, argument_values + argument_count);
    return new Slice<String>(list.data(), list.size());
  }();
  return *arguments;
}

}  // namespace

void SetArguments(const Slice<String>& arguments) {
  Arguments() = arguments;
}

}  // namespace rt

io::Writer io::Discard() {
  return [](const char*, std::size_t size) { return Transfer{static_cast<int>(size), nullptr}; };
}

namespace os {

Slice<golab::String> Args() {
  return rt::Arguments();
}

golab::String Getenv(const golab::String& name) {
  return LookupEnv(name).value;
}

LookedUp LookupEnv(const golab::String& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): said in the header
  const char* const value = std::getenv(name.c_str());
  return {value, value != nullptr};
}

Error Setenv(const golab::String& name, const golab::String& value) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): said in the header
  if (::setenv(name.c_str(), value.c_str(), 1) == 0) return nullptr;
  return errors::New("setenv: " + rt::Errno{errno}.Text());
}

int Getpid() {
  return ::getpid();
}

golab::String Signal::String() const {
  // Go's names, by number, on Linux.
  static constexpr std::array kNames = {
      "",
      "hangup",
      "interrupt",
      "quit",
      "illegal instruction",
      "trace/breakpoint trap",
      "aborted",
      "bus error",
      "floating point exception",
      "killed",
      "user defined signal 1",
      "segmentation fault",
      "user defined signal 2",
      "broken pipe",
      "alarm clock",
      "terminated",
      "stack fault",
      "child exited",
      "continued",
      "stopped (signal)",
      "stopped",
      "stopped (tty input)",
      "stopped (tty output)",
      "urgent I/O condition",
      "CPU time limit exceeded",
      "file size limit exceeded",
      "virtual timer expired",
      "profiling timer expired",
      "window changed",
      "I/O possible",
      "power failure",
      "bad system call",
  };
  if (number_ > 0 && static_cast<std::size_t>(number_) < kNames.size()) {
    return kNames[static_cast<std::size_t>(number_)];
  }
  return "signal " + std::to_string(number_);
}

fmt::Arg Signal::AsArg() const {
  fmt::Arg arg;
  arg.kind = fmt::Arg::Kind::kInt;
  arg.integer = number_;
  arg.type = &rt::kType<Signal>;
  rt::SetWords(arg, this);
  return arg;
}

}  // namespace os
}  // namespace golab
