// The server's request path on hostile bytes: head, framing, body, URL. Bytes arrive in two pieces.
//
// What is checked beyond crashes: the head's end is the same however the bytes are cut, what was
// taken is within what Go takes (methods, names and values are what they may be, lengths are sane),
// and a body never reads past its end.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/http/field_text.h"
#include "runtime/http/framing.h"
#include "runtime/http/head.h"

using namespace golab;

namespace {

void Require(bool right) {
  if (!right) std::abort();
}

void Look(const std::string& text) {
  std::string head_text = text;
  rt::Head head;
  rt::ParseHead(rt::HeadKind::kRequest, head_text.data(), head_text.size(), &head);
  if (head.fault != rt::HeadFault::kNone) return;
  Require(rt::IsToken(head.method) && !head.target.empty() &&
          head.target.find(' ') == std::string_view::npos);
  Require(head.major == 1 || (head.major == 2 && head.fields.empty()));
  for (const rt::HeadField& field : head.fields) {
    Require(rt::IsToken(field.name) && rt::IsFieldValue(field.value));
    Require(rt::TrimBlanks(field.value) == field.value);
  }
  http::Header header = rt::MakeHeader(head.fields);
  const rt::MessageFacts facts = rt::RequestFacts(head, &header);
  if (facts.fault == rt::FramingFault::kNone) {
    Require(facts.framing.chunked ? facts.framing.length == -1 : facts.framing.length >= 0);
    Require(!header.Has("Transfer-Encoding") &&
            (!facts.framing.chunked || !header.Has("Content-Length")));
  }
  const auto [parsed, err] = url::ParseRequestURI(String(head.target.data(), head.target.size()));
  if (!err) {
    Require(url::PathUnescape(parsed.EscapedPath()).text == parsed.Path);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  rt::HeadEnd whole;
  const std::size_t end = whole.Find(text);
  rt::HeadEnd pieces;
  const std::size_t cut = text.empty() ? 0 : data[0] % (text.size() + 1);
  std::size_t pieces_end = pieces.Find(std::string_view(text).substr(0, cut));
  if (pieces_end == 0) pieces_end = pieces.Find(text);
  Require(pieces_end == end);
  if (end > 0) Look(text.substr(0, end));
  return 0;
}
