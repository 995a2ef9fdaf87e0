// The client's path of an answer on hostile bytes: head and framing. Bytes arrive in two pieces.
//
// What is checked beyond crashes: the head's end is the same however the bytes are cut, what was
// taken is within what Go takes, what was refused has a reason, lengths are sane, and nothing
// follows on the connection behind a body without a length.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/http/framing.h"
#include "runtime/http/fuzzed_head.h"

using namespace golab;

namespace {

void CheckHead(const rt::Head& head) {
  rt::Require(head.status >= 0 && head.status <= 999);
  rt::RequireFields(head);
}

void CheckFacts(const rt::Head& head, std::string_view method) {
  http::Header header = rt::MakeHeader(head.fields);
  const rt::MessageFacts facts = rt::ResponseFacts(head, method, &header);
  if (facts.fault != rt::FramingFault::kNone) return;
  const rt::Framing& framing = facts.framing;
  rt::Require(framing.length >= -1 && (!framing.chunked || framing.length == -1));
  rt::Require(!header.Has("Transfer-Encoding"));
  rt::Require(!framing.chunked || !header.Has("Content-Length"));
  if (!rt::BodyAllowedForStatus(head.status)) rt::Require(!framing.HasBody());
  // Up to the end of the connection: nothing may follow on it.
  if (!framing.chunked && framing.length < 0 && method != "HEAD") rt::Require(facts.close);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes = rt::FuzzedHead(data, size);
  if (bytes.empty()) return 0;
  rt::Head head;
  rt::ParseHead(rt::HeadKind::kResponse, bytes.data(), bytes.size(), &head);
  if (head.fault != rt::HeadFault::kNone) {
    rt::Require(head.reason[0] != '\0');
    return 0;
  }
  CheckHead(head);
  for (const char* method : {"GET", "HEAD", "CONNECT"}) CheckFacts(head, method);
  return 0;
}
