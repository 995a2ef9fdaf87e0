#pragma once
// Text output for places where nothing else works: signal handlers, full stacks, a broken heap.
// Async-signal-safe. One writer at a time.

#include <cstddef>
#include <cstdint>

namespace golab::rt {

/// Collects text in a fixed buffer and hands it to a callback when the buffer is full.
class TextSink {
 public:
  using Drain = void (*)(void* context, const char* text, std::size_t size) noexcept;

  TextSink(char* buffer, std::size_t capacity, Drain drain, void* context) noexcept
      : buffer_(buffer), capacity_(capacity), drain_(drain), context_(context) {}

  TextSink(const TextSink&) = delete;
  TextSink& operator=(const TextSink&) = delete;

  void Put(char c) noexcept;
  void Put(const char* text) noexcept;  ///< NUL-terminated.
  void Put(const char* text, std::size_t size) noexcept;
  void PutDecimal(std::uint64_t value) noexcept;
  void PutHex(
      std::uint64_t value) noexcept;  ///< "0x1f": lower case, no leading zeros, as Go prints.
  /// Hands on what is buffered.
  void Flush() noexcept;

 private:
  char* const buffer_;
  const std::size_t capacity_;
  const Drain drain_;
  void* const context_;
  std::size_t used_ = 0;
};

/// Writes to a file descriptor, whole or until an error; leaves errno as it was. Flushes at its
/// end.
class FdSink final : public TextSink {
 public:
  explicit FdSink(int fd) noexcept;

  ~FdSink() { Flush(); }

 private:
  int fd_;
  char storage_[1024];
};

/// Fills the caller's memory and drops what does not fit. Not NUL-terminated.
class MemorySink final : public TextSink {
 public:
  MemorySink(char* memory, std::size_t capacity) noexcept;

  /// Bytes of text in the memory.
  std::size_t size() noexcept;
  /// Bytes that the whole text needs.
  std::size_t needed() noexcept;

 private:
  static void Append(void* context, const char* text, std::size_t size) noexcept;

  char* const memory_;
  const std::size_t memory_size_;
  std::size_t needed_ = 0;
  char storage_[128];
};

}  // namespace golab::rt
