// Go: net/http/header.go, net/textproto/header.go.

#include <string>

#include "golab/http_message.h"

#include "runtime/http/field_text.h"

namespace golab::http {

String CanonicalHeaderKey(const String& name) {
  std::string text(name.data(), name.size());
  return rt::Canonicalize(text.data(), text.size()) ? String(text) : name;
}

Header MakeHeader() {
  Header header;
  static_cast<rt::Table&>(header) = rt::Table::OfFields(nullptr, 0);
  return header;
}

String Header::Get(const String& key) const {
  const Slice<String> values = Values(key);
  return values.empty() ? String() : values[0];
}

Slice<String> Header::Values(const String& key) const {
  return (*this)[CanonicalHeaderKey(key)];
}

void Header::Set(const String& key, const String& value) {
  SetField(CanonicalHeaderKey(key), {value});
}

void Header::Add(const String& key, const String& value) {
  AddField(CanonicalHeaderKey(key), value);
}

void Header::Del(const String& key) {
  RemoveField(CanonicalHeaderKey(key));
}

Header Header::Clone() const {
  Header copy;
  static_cast<rt::Table&>(copy) = CopyFields();
  return copy;
}

golab::Error Header::Write(const io::Writer& to) const {
  std::string text;
  rt::AppendFields(&text, *this, [](std::string_view) { return false; });
  return to.Write(text.data(), text.size()).err;
}

}  // namespace golab::http
