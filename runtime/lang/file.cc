// os.File, on descriptors and on C's streams.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "golab/os.h"
#include "golab/references.h"

#include "runtime/lang/errno_text.h"

namespace golab {
namespace rt {

// Shared by all copies of a File; `closed` changes once, by an exchange.
struct FileRep {
  std::uint32_t references;
  std::FILE* stream;  // null: descriptor is used
  int descriptor;
  bool closed;
  String name;

  static os::File Make(std::FILE* stream, int descriptor, const String& name) {
    return os::File(new FileRep{1, stream, descriptor, false, name});
  }

  bool Closed() const { return __atomic_load_n(&closed, __ATOMIC_SEQ_CST); }
};

}  // namespace rt

namespace os {
namespace {

const Error& InvalidArgument() {
  static const Error error = errors::New("invalid argument");
  return error;
}

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made = (InvalidArgument(), true);

// Both systems' partial writes and interruptions, until all is written.
ssize_t WriteAll(int descriptor, const char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::write(descriptor, data + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(done);
}

Opened OpenFile(const golab::String& name, int flags, unsigned permissions) {
  const int descriptor = ::open(name.c_str(), flags | O_CLOEXEC, permissions);
  if (descriptor < 0) return {File(), rt::PathFailure("open", name)};
  return {rt::FileRep::Make(nullptr, descriptor, name), nullptr};
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): the File counts references to it

}  // namespace

File::File(const File& other) noexcept : rep_(other.rep_) {
  // Relaxed: a new reference is made from one that keeps the file alive.
  if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
}

File& File::operator=(File other) noexcept {
  std::swap(rep_, other.rep_);
  return *this;
}

File::~File() {
  if (rep_ == nullptr || !rt::DropReference(&rep_->references)) return;
  if (!rep_->closed && rep_->stream == nullptr) ::close(rep_->descriptor);
  delete rep_;
}

io::Transfer File::Write(const void* data, std::size_t size) const {
  if (rep_ == nullptr) return {0, InvalidArgument()};
  if (rep_->Closed()) return {0, PathError{"write", rep_->name, ErrClosed}};
  const auto* const bytes = static_cast<const char*>(data);
  const std::size_t n = rep_->stream != nullptr
                            ? std::fwrite(bytes, 1, size, rep_->stream)
                            : static_cast<std::size_t>(WriteAll(rep_->descriptor, bytes, size));
  return {static_cast<int>(n), n == size ? Error() : rt::PathFailure("write", rep_->name)};
}

io::Transfer File::Read(void* data, std::size_t size) const {
  if (rep_ == nullptr) return {0, InvalidArgument()};
  if (rep_->Closed()) return {0, PathError{"read", rep_->name, ErrClosed}};
  if (size == 0) return {};
  ssize_t n = -1;
  if (rep_->stream != nullptr) {
    n = static_cast<ssize_t>(std::fread(data, 1, size, rep_->stream));
    if (n == 0 && std::ferror(rep_->stream) != 0) n = -1;
  } else {
    do {
      n = ::read(rep_->descriptor, data, size);
    } while (n < 0 && errno == EINTR);
  }
  if (n < 0) return {0, rt::PathFailure("read", rep_->name)};
  return {static_cast<int>(n), n == 0 ? Error(io::Eof) : Error()};
}

Error File::Close() const {
  if (rep_ == nullptr) return InvalidArgument();
  if (__atomic_exchange_n(&rep_->closed, true, __ATOMIC_SEQ_CST)) {
    return PathError{"close", rep_->name, ErrClosed};
  }
  const int result =
      rep_->stream != nullptr ? std::fflush(rep_->stream) : ::close(rep_->descriptor);
  return result == 0 ? Error() : rt::PathFailure("close", rep_->name);
}

int File::Fd() const noexcept {
  return rep_ == nullptr || rep_->Closed() ? -1 : rep_->descriptor;
}

golab::String File::Name() const {
  return rep_ == nullptr ? golab::String() : rep_->name;
}

Opened Open(const golab::String& name) {
  return OpenFile(name, O_RDONLY, 0);
}

Opened Create(const golab::String& name) {
  return OpenFile(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
}

FileContents ReadFile(const golab::String& name) {
  const Opened opened = Open(name);
  if (opened.err) return {golab::String(), opened.err};
  std::string data;
  char buffer[16384];
  for (;;) {
    auto [n, failure] = opened.file.Read(buffer, sizeof buffer);
    data.append(buffer, static_cast<std::size_t>(n));
    if (failure == io::Eof) return {data, nullptr};
    if (failure) return {data, failure};
  }
}

Error WriteFile(const golab::String& name, const golab::String& data, unsigned permissions) {
  const Opened opened = OpenFile(name, O_WRONLY | O_CREAT | O_TRUNC, permissions);
  if (opened.err) return opened.err;
  const Error written = opened.file.WriteString(data).err;
  const Error closed = opened.file.Close();
  return written ? written : closed;
}

Error Remove(const golab::String& name) {
  if (::unlink(name.c_str()) == 0) return nullptr;
  const int first = errno;
  if (::rmdir(name.c_str()) == 0) return nullptr;
  if (errno == ENOTDIR) errno = first;  // it was no directory: the first answer says why
  return rt::PathFailure("remove", name);
}

// Made once and never freed: C's streams outlive every static object.
File Stdin() {
  static const File* const file = new File(rt::FileRep::Make(stdin, 0, "/dev/stdin"));
  return *file;
}

File Stdout() {
  static const File* const file = new File(rt::FileRep::Make(stdout, 1, "/dev/stdout"));
  return *file;
}

File Stderr() {
  static const File* const file = new File(rt::FileRep::Make(stderr, 2, "/dev/stderr"));
  return *file;
}

}  // namespace os
}  // namespace golab
