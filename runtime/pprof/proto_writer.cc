#include "runtime/pprof/proto_writer.h"

namespace golab::rt {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kLengthDelimited = 2;

}  // namespace

void AppendVarint(std::string* out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

void ProtoMessage::Key(int field, unsigned wire_type) {
  AppendVarint(&bytes_, static_cast<unsigned>(field) << 3 | wire_type);
}

void ProtoMessage::Number(int field, std::uint64_t value) {
  if (value == 0) return;
  Key(field, kVarint);
  AppendVarint(&bytes_, value);
}

void ProtoMessage::Bytes(int field, std::string_view bytes) {
  Key(field, kLengthDelimited);
  AppendVarint(&bytes_, bytes.size());
  bytes_ += bytes;
}

void ProtoMessage::Packed(int field, const std::vector<std::uint64_t>& values) {
  if (values.empty()) return;
  std::string packed;
  for (const std::uint64_t value : values) AppendVarint(&packed, value);
  Bytes(field, packed);
}

}  // namespace golab::rt
