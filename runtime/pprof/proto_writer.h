#pragma once
// Protocol Buffers, the little that profiles need: varints, nested messages, packed numbers.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace golab::rt {

/// One message. Fields that have their default value are left out, as proto3 does.
class ProtoMessage {
 public:
  void Number(int field, std::uint64_t value);

  void Number(int field, std::int64_t value) { Number(field, static_cast<std::uint64_t>(value)); }

  void Flag(int field, bool value) { Number(field, static_cast<std::uint64_t>(value)); }

  /// An element of a repeated field: written even if it is empty.
  void Bytes(int field, std::string_view bytes);

  void Message(int field, const ProtoMessage& message) { Bytes(field, message.bytes_); }

  /// A repeated number. Nothing if there is none.
  void Packed(int field, const std::vector<std::uint64_t>& values);

  const std::string& bytes() const { return bytes_; }

 private:
  void Key(int field, unsigned wire_type);

  std::string bytes_;
};

/// Base 128, least significant first.
void AppendVarint(std::string* out, std::uint64_t value);

}  // namespace golab::rt
