#include "runtime/slog/json_text.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "golab/duration.h"
#include "golab/fmt.h"
#include "golab/slog.h"
#include "golab/time.h"

#include "runtime/lang/float_text.h"
#include "runtime/lang/utf8.h"

namespace golab::rt {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void AppendEscape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += static_cast<char>(c);
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

/// As ES6 prints numbers, with Go's exponents: 1e-9, not 1e-09.
void AppendFloat(std::string& out, double value, int bits, std::string* error) {
  if (!std::isfinite(value)) {
    *error = "json: unsupported value: " + FloatText(value, 'g', -1, bits);
    return;
  }
  const double size = std::fabs(value);
  const bool small = bits == 64 ? size < 1e-6 : static_cast<float>(size) < 1e-6F;
  const bool large = bits == 64 ? size >= 1e21 : static_cast<float>(size) >= 1e21F;
  const bool exponent = size != 0 && (small || large);
  std::string text = FloatText(value, exponent ? 'e' : 'f', -1, bits);
  const std::size_t n = text.size();
  if (exponent && n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' && text[n - 2] == '0')
    text.erase(n - 2, 1);
  out += text;
}

std::string TextOf(const fmt::Arg& value) {
  const fmt::Arg args[] = {value};
  const String text = fmt::VSprintf("%+v", {args, 1});
  return std::string(text.data(), text.size());
}

/// The elements of a list, map or pair, one after another.
struct Elements {
  std::string* out;
  std::string* error;
  const char* between = "";
};

void AppendElement(void* context, const fmt::Arg& element) {
  auto* const to = static_cast<Elements*>(context);
  *to->out += std::exchange(to->between, ",");
  AppendJsonValue(*to->out, element, to->error);
}

/// A map's pairs, by key as Go sorts them.
struct Pairs {
  std::vector<std::pair<std::string, std::string>> list;
  std::string* error;
  bool is_key = true;
};

void AddHalf(void* context, const fmt::Arg& half) {
  auto* const to = static_cast<Pairs*>(context);
  if (std::exchange(to->is_key, false)) {
    to->list.emplace_back(TextOf(half), "");
  } else {
    AppendJsonValue(to->list.back().second, half, to->error);
  }
}

void AddPair(void* context, const fmt::Arg& pair) {
  static_cast<Pairs*>(context)->is_key = true;
  pair.each(pair.object, &AddHalf, context);
}

void AppendMap(std::string& out, const fmt::Arg& value, std::string* error) {
  Pairs pairs{{}, error, true};
  value.each(value.object, &AddPair, &pairs);
  std::sort(pairs.list.begin(), pairs.list.end());
  const char* between = "{";
  for (const auto& [key, text] : pairs.list) {
    out += std::exchange(between, ",");
    AppendJsonString(out, key);
    out += ':' + text;
  }
  out += pairs.list.empty() ? "{}" : "}";
}

}  // namespace

bool IsJsonSafe(unsigned char ascii) {
  return ascii >= ' ' && ascii != '"' && ascii != '\\';
}

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    if (c < 0x80) {
      if (IsJsonSafe(c)) {
        out += text[0];
      } else {
        AppendEscape(out, c);
      }
      text.remove_prefix(1);
      continue;
    }
    const DecodedRune next = DecodeRune(text);
    if (next.rune == kRuneError && next.size == 1) {
      out += "\\ufffd";
    } else if (next.rune == 0x2028 || next.rune == 0x2029) {  // ends of lines to JavaScript
      out += next.rune == 0x2028 ? "\\u2028" : "\\u2029";
    } else {
      out += text.substr(0, next.size);
    }
    text.remove_prefix(next.size);
  }
  out += '"';
}

void AppendJsonValue(std::string& out, const fmt::Arg& value, std::string* error) {
  using Kind = fmt::Arg::Kind;
  if (value.text != nullptr && (value.is_error || value.kind == Kind::kOther)) {
    const String text = value.text(value.object);
    return AppendJsonString(out, std::string_view(text.data(), text.size()));
  }
  if (value.type != nullptr && SameType(*value.type, kType<slog::Level>))
    return AppendJsonString(out, TextOf(value));
  switch (value.kind) {
    case Kind::kNil:
      out += "null";
      return;
    case Kind::kBool:
      out += value.boolean ? "true" : "false";
      return;
    case Kind::kInt:
      out += std::to_string(value.integer);
      return;
    case Kind::kUint:
      out += std::to_string(value.natural);
      return;
    case Kind::kFloat:
      return AppendFloat(out, value.real, value.bits, error);
    case Kind::kString:
      return AppendJsonString(out, std::string_view(value.data, value.size));
    case Kind::kList:
    case Kind::kPair: {
      Elements elements{&out, error};
      out += '[';
      value.each(value.object, &AppendElement, &elements);
      out += ']';
      return;
    }
    case Kind::kMap:
      return AppendMap(out, value, error);
    case Kind::kPointer:
      if (value.pointer == nullptr) {
        out += "null";
        return;
      }
      [[fallthrough]];
    case Kind::kComplex:
    case Kind::kOther:
      return AppendJsonString(out, TextOf(value));
  }
}

}  // namespace golab::rt
