#pragma once
// The head of a message: first line and fields, on llhttp. Go: net/http.readRequest, ReadResponse,
// net/textproto.
//
// llhttp takes some of what Go refuses: that is refused here, so that a request is served only if
// both take it. What a proxy in front might read in another way is not served.

#include <cstddef>
#include <string_view>
#include <vector>

#include "golab/http_message.h"

namespace golab::rt {

/// What is wrong with a head.
enum class HeadFault {
  kNone,
  kMalformed,   ///< 400
  kBadName,     ///< 400, `invalid header name`
  kBadVersion,  ///< 505: well written, and none that is served
};

struct HeadField {
  std::string_view name;  ///< canonical
  std::string_view value;
};

/// Views into the bytes it was parsed from.
struct Head {
  HeadFault fault = HeadFault::kNone;
  const char* reason = "";          ///< of kMalformed, for clients: in words
  std::string_view method, target;  // of a request
  int status = 0;                   // of a response
  std::string_view status_text;     // "200 OK", "200"
  int major = 0;
  int minor = 0;
  std::vector<HeadField> fields;
};

enum class HeadKind { kRequest, kResponse };

/// Finds the end of a head in bytes that arrive piece by piece; looks at each byte once.
class HeadEnd {
 public:
  /// Looks at `text`, which begins with what it has seen before. The size of the head with the
  /// empty line at its end, 0: it has not ended.
  std::size_t Find(std::string_view text);

  /// Of the first line with its end, 0: it has not ended.
  std::size_t first_line() const { return first_line_; }

  void Reset() { *this = {}; }

 private:
  std::size_t seen_ = 0;
  std::size_t line_ = 0;  // where the line begins
  std::size_t first_line_ = 0;
};

/// Whether a request line, with its end, may be followed by fields at all. Sees method, target and
/// version of a good one.
HeadFault CheckRequestLine(std::string_view line, Head* head);

/// Parses data[0, size), a whole head with the empty line at its end. Names are made canonical in
/// place, and lines that go on in the next one are joined there.
void ParseHead(HeadKind kind, char* data, std::size_t size, Head* head);

/// The fields as a header; values are copied.
http::Header MakeHeader(const std::vector<HeadField>& fields);

}  // namespace golab::rt
