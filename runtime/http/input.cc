#include "runtime/http/input.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/base/fault.h"
#include "runtime/base/spin_lock.h"
#include "runtime/http/buffer_pool.h"
#include "runtime/net/conn_inside.h"

namespace golab::rt {

void Input::Drop() {
  if (data_ == nullptr) return;
  if (capacity_ == kSize) {
    GiveBuffer(data_);
  } else {
    std::free(data_);
  }
  data_ = nullptr;
  capacity_ = begin_ = end_ = 0;
}

void Input::MakeRoom(std::size_t limit) {
  if (data_ == nullptr) {
    data_ = TakeBuffer();
    capacity_ = kSize;
  }
  if (end_ < capacity_) return;
  if (begin_ > 0) {
    std::memmove(data_, data_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ < capacity_) return;
  }
  const std::size_t larger = std::min(std::max(capacity_ * 2, kSize), limit);
  GOLAB_INVARIANT(larger > capacity_, "http: input beyond its limit");
  auto* const data = static_cast<char*>(std::malloc(larger));
  GOLAB_INVARIANT(data != nullptr, "out of memory");
  const std::size_t n = end_;
  std::memcpy(data, data_, n);
  Drop();
  data_ = data;
  capacity_ = larger;
  end_ = n;
}

Error Input::Fill(std::size_t limit) {
  if (empty()) begin_ = end_ = 0;
  MakeRoom(limit);
  const auto [n, err] = conn_.Read(data_ + end_, capacity_ - end_);
  end_ += static_cast<std::size_t>(n);
  return n > 0 ? Error() : err;
}

io::Transfer Input::Read(char* buf, std::size_t size) {
  if (empty()) {
    if (size >= kSize) return conn_.Read(buf, size);
    if (Error err = Fill()) return {0, err};
  }
  const std::size_t n = std::min(size, end_ - begin_);
  std::memcpy(buf, data(), n);
  Use(n);
  return {static_cast<int>(n), nullptr};
}

io::Transfer Input::TakeArrived() {
  if (empty()) begin_ = end_ = 0;
  MakeRoom(capacity_ + kSize);
  auto transfer = ReadAvailable(conn_, data_ + end_, capacity_ - end_);
  end_ += static_cast<std::size_t>(transfer.n);
  return transfer;
}

}  // namespace golab::rt
