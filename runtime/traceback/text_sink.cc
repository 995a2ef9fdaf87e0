#include "runtime/traceback/text_sink.h"

#include <errno.h>
#include <unistd.h>

namespace golab::rt {
namespace {

void WriteAll(void* context, const char* text, std::size_t size) noexcept {
  const int saved_errno = errno;
  while (size > 0) {
    const ssize_t written = ::write(*static_cast<const int*>(context), text, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    text += written;
    size -= static_cast<std::size_t>(written);
  }
  errno = saved_errno;
}

}  // namespace

void TextSink::Put(char c) noexcept {
  if (used_ == capacity_) Flush();
  buffer_[used_++] = c;
}

void TextSink::Put(const char* text) noexcept {
  for (; *text != '\0'; ++text) Put(*text);
}

void TextSink::Put(const char* text, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i) Put(text[i]);
}

void TextSink::PutDecimal(std::uint64_t value) noexcept {
  char digits[20];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0) Put(digits[--count]);
}

void TextSink::PutHex(std::uint64_t value) noexcept {
  char digits[16];
  std::size_t count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % 16];
    value /= 16;
  } while (value != 0);
  Put("0x", 2);
  while (count > 0) Put(digits[--count]);
}

void TextSink::Flush() noexcept {
  if (used_ > 0) drain_(context_, buffer_, used_);
  used_ = 0;
}

FdSink::FdSink(int fd) noexcept : TextSink(storage_, sizeof(storage_), &WriteAll, &fd_), fd_(fd) {}

MemorySink::MemorySink(char* memory, std::size_t capacity) noexcept
    : TextSink(storage_, sizeof(storage_), &Append, this),
      memory_(memory),
      memory_size_(capacity) {}

std::size_t MemorySink::size() noexcept {
  const std::size_t all = needed();
  return all < memory_size_ ? all : memory_size_;
}

std::size_t MemorySink::needed() noexcept {
  Flush();
  return needed_;
}

void MemorySink::Append(void* context, const char* text, std::size_t size) noexcept {
  auto* sink = static_cast<MemorySink*>(context);
  for (std::size_t i = 0; i < size; ++i, ++sink->needed_) {
    if (sink->needed_ < sink->memory_size_) sink->memory_[sink->needed_] = text[i];
  }
}

}  // namespace golab::rt
