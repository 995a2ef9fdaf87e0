// The client's path of an answer on hostile bytes: head and framing. Bytes arrive in two pieces.
//
// What is checked beyond crashes: the head's end is the same however the bytes are cut, what was
// taken is within what Go takes, what was refused has a reason, lengths are sane, and nothing
// follows on the connection behind a body without a length.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/http/field_text.h"
#include "runtime/http/framing.h"
#include "runtime/http/head.h"

using namespace golab;

namespace {

void Require(bool right) {
  if (!right) std::abort();
}

void CheckHead(const rt::Head& head) {
  Require(head.status >= 0 && head.status <= 999);
  for (const rt::HeadField& field : head.fields) {
    Require(rt::IsToken(field.name) && rt::IsFieldValue(field.value));
    Require(rt::TrimBlanks(field.value) == field.value);
  }
}

void CheckFacts(const rt::Head& head, std::string_view method) {
  http::Header header = rt::MakeHeader(head.fields);
  const rt::MessageFacts facts = rt::ResponseFacts(head, method, &header);
  if (facts.fault != rt::FramingFault::kNone) return;
  const rt::Framing& framing = facts.framing;
  Require(framing.length >= -1 && (!framing.chunked || framing.length == -1));
  Require(!header.Has("Transfer-Encoding"));
  Require(!framing.chunked || !header.Has("Content-Length"));
  if (!rt::BodyAllowedForStatus(head.status)) Require(!framing.HasBody());
  // Up to the end of the connection: nothing may follow on it.
  if (!framing.chunked && framing.length < 0 && method != "HEAD") Require(facts.close);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  rt::HeadEnd whole;
  const std::size_t end = whole.Find(text);
  rt::HeadEnd pieces;
  std::size_t pieces_end =
      pieces.Find(std::string_view(text).substr(0, data[0] % (text.size() + 1)));
  if (pieces_end == 0) pieces_end = pieces.Find(text);
  Require(pieces_end == end);
  if (end == 0) return 0;
  std::string bytes = text.substr(0, end);
  rt::Head head;
  rt::ParseHead(rt::HeadKind::kResponse, bytes.data(), bytes.size(), &head);
  if (head.fault != rt::HeadFault::kNone) {
    Require(head.reason[0] != '\0');
    return 0;
  }
  CheckHead(head);
  for (const char* method : {"GET", "HEAD", "CONNECT"}) CheckFacts(head, method);
  return 0;
}
