#pragma once
// What has been read from a connection and not been used yet. Belongs to one goroutine at a time.
//
// A buffer is held only while there is something in it, or about to be: idle connections have none.

#include <cstddef>
#include <string_view>

#include "golab/net.h"

namespace golab::rt {

/// Given out again when it is given back at its usual size.
class Input {
 public:
  static constexpr std::size_t kSize = 4096;

  explicit Input(net::Conn conn) : conn_(std::move(conn)) {}

  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  ~Input() { Drop(); }

  std::string_view text() const { return {data_ + begin_, end_ - begin_}; }

  char* data() { return data_ + begin_; }

  bool empty() const { return begin_ == end_; }

  void Use(std::size_t n) { begin_ += n; }

  /// Reads more behind what is there; waits. Makes room if there is none, up to `limit` bytes in
  /// all: more is an error of the caller's.
  Error Fill(std::size_t limit = kSize);

  /// Bytes that are there, else from the connection, without buffer if `size` is large.
  io::Transfer Read(char* buf, std::size_t size);

  /// Takes what has arrived without waiting, if there is room.
  io::Transfer TakeArrived();

  /// Whether there is room for more, without a larger buffer.
  bool HasRoom() const { return data_ == nullptr || !empty() ? end_ - begin_ < kSize : true; }

  /// Waits until something can be read, without a buffer if there is nothing in it.
  void GiveBackIfEmpty() {
    if (empty()) Drop();
  }

  const net::Conn& conn() const { return conn_; }

 private:
  void MakeRoom(std::size_t limit);
  void Drop();

  net::Conn conn_;
  char* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace golab::rt
