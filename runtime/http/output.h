#pragma once
// What a server or client has written and not sent yet. Kept only while something is written.

#include <string>
#include <string_view>

#include "golab/net.h"

namespace golab::rt {

class Output {
 public:
  /// What is kept back before it is sent in any case.
  static constexpr std::size_t kLimit = 16 << 10;

  explicit Output(net::Conn conn) : conn_(std::move(conn)) {}

  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  ~Output() { GiveBack(); }

  /// To append to.
  std::string* text() { return text_ != nullptr ? text_ : (text_ = Take()); }

  /// `head`, `body`, `tail` behind what is there; sent if that has become much, in one system call
  /// where it can be.
  void Write(std::string_view head, std::string_view body, std::string_view tail);

  void Flush();

  /// The first error of the connection; nothing is sent after it.
  const Error& err() const { return err_; }

  bool empty() const { return text_ == nullptr || text_->empty(); }

  void GiveBack();

 private:
  static std::string* Take();

  net::Conn conn_;
  std::string* text_ = nullptr;
  Error err_;
};

}  // namespace golab::rt
