#include "runtime/http/head.h"

#include <llhttp.h>

#include <algorithm>
#include <cstring>

#include "runtime/http/field_text.h"

namespace golab::rt {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Collects what llhttp finds. All of the head is there at once, so a text comes in one piece, but
// for values that go on in the next line.
struct Collector {
  explicit Collector(Head* into) : head(into) { llhttp_settings_init(&settings); }

  llhttp_t parser{};
  llhttp_settings_t settings{};
  Head* head;

  static Collector& Of(llhttp_t* parser) { return *static_cast<Collector*>(parser->data); }

  static int OnField(llhttp_t* parser, const char* at, std::size_t size) {
    Of(parser).head->fields.push_back({{at, size}, {}});
    return 0;
  }

  static int OnValue(llhttp_t* parser, const char* at, std::size_t size) {
    std::vector<HeadField>& fields = Of(parser).head->fields;
    if (fields.empty()) return -1;
    std::string_view& value = fields.back().value;
    const std::string_view piece = TrimBlanks({at, size});
    if (value.data() == nullptr) {
      value = piece;
    } else if (value.data() + value.size() == at) {
      value = {value.data(), value.size() + size};
    } else if (!piece.empty()) {
      Append(&value, piece);
    }
    return 0;
  }

  // Behind the value are its line's end and the next one's blanks: room for a blank.
  static void Append(std::string_view* value, std::string_view piece) {
    *value = TrimBlanks(*value);
    char* const end = const_cast<char*>(value->data()) + value->size();
    std::memmove(end + 1, piece.data(), piece.size());
    *end = ' ';
    *value = {value->data(), value->size() + 1 + piece.size()};
  }

  // What follows is not llhttp's: bodies are read as they are asked for (body.h).
  static int OnEnd(llhttp_t* /*parser*/) { return 2; }
};

HeadFault CheckFields(std::vector<HeadField>& fields) {
  for (HeadField& field : fields) {
    field.value = TrimBlanks(field.value);
    if (!IsFieldValue(field.value)) return HeadFault::kMalformed;
    if (!Canonicalize(const_cast<char*>(field.name.data()), field.name.size()))
      return HeadFault::kMalformed;
    // llhttp takes blanks before the colon behind names that it knows.
    if (field.name.data()[field.name.size()] != ':') return HeadFault::kBadName;
  }
  return HeadFault::kNone;
}

// "Name : value", where `at` is inside that line: a name to Go, and none that it serves.
bool IsBlankBeforeColon(std::string_view text, const char* at) {
  if (at < text.data() || at >= text.data() + text.size()) return false;
  const auto offset = static_cast<std::size_t>(at - text.data());
  const std::size_t begin = text.rfind('\n', offset) + 1;
  const std::string_view line = text.substr(begin, text.find('\n', offset) - begin);
  const std::string_view name = line.substr(0, line.find(':'));
  return name.size() < line.size() && name.ends_with(' ') &&
         IsToken(name.substr(0, name.find(' ')));
}

// "HTTP/1.1 200 OK". Go: ReadResponse.
HeadFault TakeStatusLine(std::string_view line, Head* head) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) {
    head->reason = "malformed HTTP response";
    return HeadFault::kMalformed;
  }
  head->status_text = line.substr(blank + 1);
  while (head->status_text.starts_with(' ')) head->status_text.remove_prefix(1);
  const std::string_view code = head->status_text.substr(0, head->status_text.find(' '));
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), &IsDigit)) {
    head->reason = "malformed HTTP status code";
    return HeadFault::kMalformed;
  }
  const std::string_view version = line.substr(0, blank);
  if (version.size() != 8 || !version.starts_with("HTTP/") || !IsDigit(version[5]) ||
      version[6] != '.' || !IsDigit(version[7])) {
    head->reason = "malformed HTTP version";
    return HeadFault::kMalformed;
  }
  head->status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  head->major = version[5] - '0';
  head->minor = version[7] - '0';
  return HeadFault::kNone;
}

}  // namespace

std::size_t HeadEnd::Find(std::string_view text) {
  while (seen_ < text.size()) {
    const void* const found = std::memchr(text.data() + seen_, '\n', text.size() - seen_);
    if (found == nullptr) {
      seen_ = text.size();
      return 0;
    }
    const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    seen_ = newline + 1;
    if (first_line_ == 0) first_line_ = seen_;
    const bool empty = WithoutLineEnd(text.substr(line_, seen_ - line_)).empty();
    line_ = seen_;
    if (empty) return seen_;
  }
  return 0;
}

HeadFault CheckRequestLine(std::string_view line, Head* head) {
  line = WithoutLineEnd(line);
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return HeadFault::kMalformed;
  head->method = line.substr(0, first);
  head->target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  const bool good = version.size() == 8 && version.starts_with("HTTP/") && IsDigit(version[5]) &&
                    version[6] == '.' && IsDigit(version[7]);
  if (!good || head->target.empty() || !IsToken(head->method)) return HeadFault::kMalformed;
  head->major = version[5] - '0';
  head->minor = version[7] - '0';
  if (head->major == 1) return HeadFault::kNone;
  // What an HTTP/2 client begins with is answered as a request, so that it sees an answer.
  const bool preface = head->method == "PRI" && head->target == "*" && version == "HTTP/2.0";
  return preface ? HeadFault::kNone : HeadFault::kBadVersion;
}

void ParseHead(HeadKind kind, char* data, std::size_t size, Head* head) {
  const std::string_view text(data, size);
  const std::string_view line = text.substr(0, text.find('\n') + 1);
  head->fields.clear();
  head->fault = kind == HeadKind::kRequest ? CheckRequestLine(line, head)
                                           : TakeStatusLine(WithoutLineEnd(line), head);
  if (head->fault != HeadFault::kNone) return;
  if (kind == HeadKind::kRequest && head->major == 2) {  // llhttp knows the preface without fields
    if (size > line.size() + 2) head->fault = HeadFault::kMalformed;
    return;
  }
  Collector collector(head);
  collector.settings.on_header_field = &Collector::OnField;
  collector.settings.on_header_value = &Collector::OnValue;
  collector.settings.on_headers_complete = &Collector::OnEnd;
  llhttp_init(&collector.parser, kind == HeadKind::kRequest ? HTTP_REQUEST : HTTP_RESPONSE,
              &collector.settings);
  collector.parser.data = &collector;
  const llhttp_errno_t status = llhttp_execute(&collector.parser, data, size);
  const bool whole =
      status == HPE_PAUSED_UPGRADE && llhttp_get_error_pos(&collector.parser) == data + size;
  if (!whole) {
    head->reason = "malformed MIME header";
    const char* const at = llhttp_get_error_pos(&collector.parser);
    const bool spaced = status == HPE_INVALID_HEADER_TOKEN && IsBlankBeforeColon(text, at);
    head->fault = spaced ? HeadFault::kBadName : HeadFault::kMalformed;
    return;
  }
  head->fault = CheckFields(head->fields);
  if (head->fault != HeadFault::kNone) head->reason = "malformed MIME header";
}

http::Header MakeHeader(const std::vector<HeadField>& fields) {
  std::vector<TableField> table;
  table.reserve(fields.size());
  for (const HeadField& field : fields) {
    table.push_back({String(field.name.data(), field.name.size()),
                     {String(field.value.data(), field.value.size())}});
  }
  http::Header header;
  static_cast<Table&>(header) = Table::OfFields(table.data(), table.size());
  return header;
}

}  // namespace golab::rt
