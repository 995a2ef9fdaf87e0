#include "runtime/http/framing.h"

#include "runtime/http/field_text.h"

namespace golab::rt {
namespace {

// Go: parseTransferEncoding. Taken out in any case.
FramingFault TakeTransferEncoding(const Head& head, http::Header* header, bool* chunked) {
  const Slice<String> values = (*header)["Transfer-Encoding"];
  if (values.empty()) return FramingFault::kNone;
  header->RemoveField("Transfer-Encoding");
  if (head.major == 1 && head.minor == 0) return FramingFault::kNone;  // it has none
  if (values.size() != 1 || !EqualFold(View(values[0]), "chunked"))
    return FramingFault::kUnsupported;
  *chunked = true;
  return FramingFault::kNone;
}

// -1: there is none. Go: fixLength.
FramingFault TakeLength(const http::Header& header, std::int64_t* length) {
  *length = -1;
  const Slice<String> values = header["Content-Length"];
  if (values.empty()) return FramingFault::kNone;
  const std::string_view first = TrimBlanks(View(values[0]));
  for (const String& value : values) {
    if (TrimBlanks(View(value)) != first) return FramingFault::kBad;
  }
  *length = ParseLength(first);
  return *length < 0 ? FramingFault::kBad : FramingFault::kNone;
}

// The names of fields that will follow a chunked body; some cannot. Go: fixTrailer.
FramingFault TakeTrailer(http::Header* header, bool chunked) {
  const Slice<String> values = (*header)["Trailer"];
  if (values.empty() || !chunked) return FramingFault::kNone;
  FramingFault fault = FramingFault::kNone;
  for (const String& value : values) {
    ForEachElement(View(value), [&](std::string_view name) {
      if (EqualFold(name, "Transfer-Encoding") || EqualFold(name, "Trailer") ||
          EqualFold(name, "Content-Length")) {
        fault = FramingFault::kBad;
      }
    });
  }
  header->RemoveField("Trailer");
  return fault;
}

// Go: shouldClose.
bool ClosesAfter(const Head& head, const http::Header& header) {
  if (head.major < 1) return true;
  const bool close = HasToken(header, "Connection", "close");
  if (head.major == 1 && head.minor == 0)
    return close || !HasToken(header, "Connection", "keep-alive");
  return close;
}

MessageFacts CommonFacts(const Head& head, http::Header* header) {
  MessageFacts facts;
  facts.close = ClosesAfter(head, *header);
  facts.fault = TakeTransferEncoding(head, header, &facts.framing.chunked);
  std::int64_t length = -1;
  const FramingFault length_fault = TakeLength(*header, &length);
  if (facts.fault == FramingFault::kNone) facts.fault = length_fault;
  if (facts.framing.chunked) header->RemoveField("Content-Length");
  facts.framing.length = facts.framing.chunked ? -1 : length;
  if (facts.fault == FramingFault::kNone) facts.fault = TakeTrailer(header, facts.framing.chunked);
  return facts;
}

}  // namespace

bool BodyAllowedForStatus(int status) {
  return status >= 200 && status != http::StatusNoContent && status != http::StatusNotModified;
}

MessageFacts RequestFacts(const Head& head, http::Header* header) {
  MessageFacts facts = CommonFacts(head, header);
  if (!facts.framing.chunked && facts.framing.length < 0) facts.framing.length = 0;
  return facts;
}

MessageFacts ResponseFacts(const Head& head, std::string_view method, http::Header* header) {
  MessageFacts facts = CommonFacts(head, header);
  if (!BodyAllowedForStatus(head.status)) facts.framing = {};
  // Up to the end of the connection: nothing else can follow.
  if (!facts.framing.chunked && facts.framing.length < 0 && method != http::MethodHead)
    facts.close = true;
  return facts;
}

}  // namespace golab::rt
