// The server's request path on hostile bytes: head, framing, body, URL. Bytes arrive in two pieces.
//
// What is checked beyond crashes: the head's end is the same however the bytes are cut, what was
// taken is within what Go takes (methods, names and values are what they may be, lengths are sane),
// and a body never reads past its end.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/http/framing.h"
#include "runtime/http/fuzzed_head.h"

using namespace golab;

namespace {

void Look(const std::string& text) {
  std::string head_text = text;
  rt::Head head;
  rt::ParseHead(rt::HeadKind::kRequest, head_text.data(), head_text.size(), &head);
  if (head.fault != rt::HeadFault::kNone) return;
  rt::Require(rt::IsToken(head.method) && !head.target.empty() &&
              head.target.find(' ') == std::string_view::npos);
  rt::Require(head.major == 1 || (head.major == 2 && head.fields.empty()));
  rt::RequireFields(head);
  http::Header header = rt::MakeHeader(head.fields);
  const rt::MessageFacts facts = rt::RequestFacts(head, &header);
  if (facts.fault == rt::FramingFault::kNone) {
    rt::Require(facts.framing.chunked ? facts.framing.length == -1 : facts.framing.length >= 0);
    rt::Require(!header.Has("Transfer-Encoding") &&
                (!facts.framing.chunked || !header.Has("Content-Length")));
  }
  const auto [parsed, err] = url::ParseRequestURI(String(head.target.data(), head.target.size()));
  if (!err) {
    rt::Require(url::PathUnescape(parsed.EscapedPath()).text == parsed.Path);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string head = rt::FuzzedHead(data, size);
  if (!head.empty()) Look(head);
  return 0;
}
