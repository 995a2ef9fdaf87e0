#include "runtime/lang/errno_text.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>

#include "golab/os.h"

namespace golab {
namespace rt {

String Errno::Text() const {
  char buffer[128];
  std::string text = strerror_r(number, buffer, sizeof buffer);  // GNU's: returns the text
  // Go words them as the C library does, but for the capital.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

bool Errno::Is(const Error& target) const {
  if (target == NotExistError()) return number == ENOENT;
  if (target == ExistError()) return number == EEXIST || number == ENOTEMPTY;
  if (target == PermissionError()) return number == EACCES || number == EPERM;
  return false;
}

Error PathFailure(const char* op, const String& path) {
  return os::PathError{op, path, Errno{errno}};
}

const Error& NotExistError() {
  static const Error error = errors::New("file does not exist");
  return error;
}

const Error& ExistError() {
  static const Error error = errors::New("file already exists");
  return error;
}

const Error& PermissionError() {
  static const Error error = errors::New("permission denied");
  return error;
}

const Error& ClosedFileError() {
  static const Error error = errors::New("file already closed");
  return error;
}

namespace {

/// Go's os.ErrDeadlineExceeded, an internal/poll.DeadlineExceededError.
struct DeadlineExceeded {
  String Text() const { return "i/o timeout"; }

  bool Timeout() const { return true; }

  bool Temporary() const { return true; }
};

}  // namespace

const Error& TimeoutError() {
  static const Error error = DeadlineExceeded{};
  return error;
}

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made =
    (NotExistError(), ExistError(), PermissionError(), ClosedFileError(), TimeoutError(), true);

}  // namespace

}  // namespace rt

String os::PathError::Text() const {
  return Op + " " + Path + ": " + Err.Text();
}

}  // namespace golab
