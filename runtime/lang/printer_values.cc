// How values print, verb by verb. The format language: printer.cc.

#include <algorithm>
#include <string>
#include <utility>

#include "golab/type.h"

#include "runtime/lang/float_text.h"
#include "runtime/lang/printer.h"
#include "runtime/lang/quote.h"
#include "runtime/lang/utf8.h"

namespace golab::rt {

using fmt::Arg;
using Kind = Arg::Kind;

std::string TypeNameOf(const Arg& arg) {
  return arg.type == nullptr ? "<nil>" : std::string(GoTypeName(*arg.type));
}

void Printer::Value(const Arg& arg, char32_t verb) {
  if (verb == 'T') return Pad(Truncated(TypeNameOf(arg)));
  if (arg.kind == Kind::kNil) {
    return verb == 'v' ? Pad("<nil>") : Bad(arg, verb);
  }
  if (verb == 'p') return Pointer(arg, verb);
  if (!Words(arg, verb)) Plain(arg, verb);
}

// Go: handleMethods.
bool Printer::Words(const Arg& arg, char32_t verb) {
  if (erroring_) return false;
  if (verb == 'w') {
    if (!allow_wrap_ || arg.text == nullptr || !arg.is_error) {
      Bad(arg, verb);
      return true;
    }
    verb = 'v';
  }
  if (arg.text == nullptr || spec_.sharp_v) return false;
  if (verb != 'v' && verb != 's' && verb != 'x' && verb != 'X' && verb != 'q') return false;
  const String text = arg.text(arg.object);
  Text(arg, {text.data(), text.size()}, verb);
  return true;
}

void Printer::Plain(const Arg& arg, char32_t verb) {
  switch (arg.kind) {
    case Kind::kNil:
      return;  // done by Value
    case Kind::kBool:
      return Bool(arg, verb);
    case Kind::kInt:
      return Integer(arg, static_cast<std::uint64_t>(arg.integer), true, verb);
    case Kind::kUint:
      return Integer(arg, arg.natural, false, verb);
    case Kind::kFloat:
      return Float(arg, arg.real, verb);
    case Kind::kComplex:
      return Complex(arg, verb);
    case Kind::kString:
      return Text(arg, {arg.data, arg.size}, verb);
    case Kind::kPointer:
      return Pointer(arg, verb);
    case Kind::kList:
    case Kind::kPair:
      return List(arg, verb);
    case Kind::kMap:
      return Map(arg, verb);
    case Kind::kOther:
      break;
  }
  if (verb != 'v' && verb != 's') return Bad(arg, verb);
  out_ += "(" + TypeNameOf(arg) + ") ";
  Digits(reinterpret_cast<std::uintptr_t>(arg.object), 16, false, 'p');
}

void Printer::Bad(const Arg& arg, char32_t verb) {
  const bool outer = std::exchange(erroring_, true);
  out_ += "%!";
  AppendRune(out_, verb);
  out_ += '(';
  if (arg.kind != Kind::kNil) out_ += TypeNameOf(arg) + '=';
  Value(arg, 'v');
  out_ += ')';
  erroring_ = outer;
}

void Printer::Bool(const Arg& arg, char32_t verb) {
  if (verb != 't' && verb != 'v') return Bad(arg, verb);
  Pad(arg.boolean ? "true" : "false");
}

void Printer::Integer(const Arg& arg, std::uint64_t value, bool is_signed, char32_t verb) {
  switch (verb) {
    case 'v':
    case 'd':
      return Digits(value, 10, is_signed, verb);
    case 'b':
      return Digits(value, 2, is_signed, verb);
    case 'o':
    case 'O':
      return Digits(value, 8, is_signed, verb);
    case 'x':
      return Digits(value, 16, is_signed, verb);
    case 'X':
      return Digits(value, 16, is_signed, verb, true);
    case 'U':
      return Unicode(value);
    case 'c':
    case 'q':
      break;
    default:
      return Bad(arg, verb);
  }
  const char32_t rune = value > kMaxRune ? kRuneError : static_cast<char32_t>(value);
  if (verb == 'q') return Pad(QuoteRune(rune, spec_.plus));
  std::string text;
  AppendRune(text, rune);
  Pad(text);
}

void Printer::Float(const Arg& arg, double value, char32_t verb) {
  int precision = -1;
  char form = static_cast<char>(verb);
  switch (verb) {
    case 'v':
      form = 'g';
      break;
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      break;
    case 'F':
      form = 'f';
      [[fallthrough]];
    case 'f':
    case 'e':
    case 'E':
      precision = 6;
      break;
    default:
      return Bad(arg, verb);
  }
  if (spec_.has_precision) precision = spec_.precision;
  Number(FloatText(value, form, precision, arg.bits, spec_.sharp));
}

// Go: fmtFloat, after the digits are known.
void Printer::Number(std::string number) {
  if (number[0] != '-' && number[0] != '+') number.insert(0, 1, '+');
  if (spec_.space && number[0] == '+' && !spec_.plus) number[0] = ' ';
  if (number[1] == 'I' || number[1] == 'N') {  // infinities keep their sign, and get no zeros
    const bool zero = std::exchange(spec_.zero, false);
    if (number[1] == 'N' && !spec_.space && !spec_.plus) number.erase(0, 1);
    Pad(number);
    spec_.zero = zero;
    return;
  }
  if (!spec_.plus && number[0] == '+') return Pad(std::string_view(number).substr(1));
  if (spec_.zero && !spec_.minus && spec_.has_width) {  // the sign goes before the zeros
    out_ += number[0];
    Padding(number.size(), true);
    out_ += std::string_view(number).substr(1);
    return;
  }
  Pad(number);
}

void Printer::Complex(const Arg& arg, char32_t verb) {
  static constexpr std::u32string_view kVerbs = U"vbgGxXfFeE";
  if (kVerbs.find(verb) == std::u32string_view::npos) return Bad(arg, verb);
  const bool plus = spec_.plus;
  out_ += '(';
  Float(arg, arg.real, verb);
  spec_.plus = true;
  Float(arg, arg.imaginary, verb);
  out_ += "i)";
  spec_.plus = plus;
}

void Printer::Text(const Arg& arg, std::string_view text, char32_t verb) {
  switch (verb) {
    case 'v':
      if (spec_.sharp_v) return Quoted(text);
      [[fallthrough]];
    case 's':
      return Pad(Truncated(text));
    case 'x':
      return Hex(text, false);
    case 'X':
      return Hex(text, true);
    case 'q':
      return Quoted(text);
    default:
      Bad(arg, verb);
  }
}

void Printer::Pointer(const Arg& arg, char32_t verb) {
  const void* pointer = arg.pointer;
  if (arg.kind != Kind::kPointer) {
    if (arg.kind != Kind::kOther && arg.kind != Kind::kList && arg.kind != Kind::kMap)
      return Bad(arg, verb);
    pointer = arg.object;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(pointer);
  switch (verb) {
    case 'v':
      if (address == 0) return Pad("<nil>");
      [[fallthrough]];
    case 'p': {
      const bool sharp = std::exchange(spec_.sharp, !spec_.sharp);  // %#p is without 0x
      Digits(address, 16, false, 'v');
      spec_.sharp = sharp;
      return;
    }
    case 'b':
    case 'o':
    case 'd':
    case 'x':
    case 'X':
      return Integer(arg, address, false, verb);
    default:
      Bad(arg, verb);
  }
}

namespace {

// What a Sink needs: the printer is reached through a function, because it is a member.
template <class Visit>
void Each(const Arg& arg, Visit visit) {
  arg.each(
      arg.object,
      [](void* context, const Arg& element) { (*static_cast<Visit*>(context))(element); }, &visit);
}

}  // namespace

void Printer::List(const Arg& arg, char32_t verb) {
  const bool is_pair = arg.kind == Kind::kPair;
  out_ += is_pair ? '{' : '[';
  bool first = true;
  Each(arg, [&](const Arg& element) {
    if (!std::exchange(first, false)) out_ += ' ';
    Value(element, verb);
  });
  out_ += is_pair ? '}' : ']';
}

// Sorted as Go sorts maps, by number or text; a std::map already is, in its own order.
void Printer::Map(const Arg& arg, char32_t verb) {
  struct Entry {
    Arg key;
    std::string text;
  };

  std::vector<Entry> entries;
  Each(arg, [&](const Arg& pair) {
    Printer one;
    one.spec_ = spec_;
    Entry entry;
    bool is_key = true;
    Each(pair, [&](const Arg& element) {
      if (is_key) entry.key = element;
      one.Value(element, verb);
      if (std::exchange(is_key, false)) one.out_ += ':';
    });
    entry.text = std::move(one.out_);
    entries.push_back(std::move(entry));
  });
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.key.kind != b.key.kind) return false;
    if (a.key.kind == Kind::kInt) return a.key.integer < b.key.integer;
    if (a.key.kind == Kind::kUint) return a.key.natural < b.key.natural;
    if (a.key.kind == Kind::kFloat) return a.key.real < b.key.real;
    if (a.key.kind != Kind::kString) return false;
    return std::string_view(a.key.data, a.key.size) < std::string_view(b.key.data, b.key.size);
  });
  out_ += "map[";
  for (const Entry& entry : entries) {
    if (&entry != entries.data()) out_ += ' ';
    out_ += entry.text;
  }
  out_ += ']';
}

// Go: fmtInteger. Precision, and zero padding as a precision, count digits without sign and prefix.
void Printer::Digits(std::uint64_t value, unsigned base, bool is_signed, char32_t verb,
                     bool upper) {
  const bool negative = is_signed && static_cast<std::int64_t>(value) < 0;
  if (negative) value = 0 - value;
  const bool zero = std::exchange(spec_.zero, false);
  std::size_t least = 0;
  if (spec_.has_precision) {
    least = static_cast<std::size_t>(spec_.precision);
    if (least == 0 && value == 0) {
      Pad("");
      spec_.zero = zero;
      return;
    }
  } else if (zero && !spec_.minus && spec_.has_width) {
    least = static_cast<std::size_t>(spec_.width);
    if (least > 0 && (negative || spec_.plus || spec_.space)) --least;
  }
  const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string text;  // backwards
  do {
    text += digits[value % base];
    value /= base;
  } while (value != 0);
  while (text.size() < least) text += '0';
  if (spec_.sharp || verb == 'p') {
    if (base == 2) text += "b0";
    if (base == 8 && text.back() != '0') text += '0';
    if (base == 16) text += upper ? "X0" : "x0";
  }
  if (verb == 'O') text += "o0";
  if (negative) {
    text += '-';
  } else if (spec_.plus) {
    text += '+';
  } else if (spec_.space) {
    text += ' ';
  }
  Pad(std::string(text.rbegin(), text.rend()));
  spec_.zero = zero;
}

// U+0078 'x' with #, else U+0078.
void Printer::Unicode(std::uint64_t value) {
  std::string text;
  for (std::uint64_t rest = value; rest != 0 || text.size() < 4; rest >>= 4) {
    text.insert(0, 1, "0123456789ABCDEF"[rest & 15]);
  }
  if (spec_.has_precision && text.size() < static_cast<std::size_t>(spec_.precision)) {
    text.insert(0, static_cast<std::size_t>(spec_.precision) - text.size(), '0');
  }
  text.insert(0, "U+");
  if (spec_.sharp && value <= kMaxRune && IsPrintRune(static_cast<char32_t>(value))) {
    text += " '";
    AppendRune(text, static_cast<char32_t>(value));
    text += "'";
  }
  const bool zero = std::exchange(spec_.zero, false);
  Pad(text);
  spec_.zero = zero;
}

void Printer::Quoted(std::string_view text) {
  text = Truncated(text);
  if (spec_.sharp && CanBackquote(text)) return Pad("`" + std::string(text) + "`");
  Pad(Quote(text, spec_.plus));
}

void Printer::Hex(std::string_view bytes, bool upper) {
  if (spec_.has_precision) bytes = bytes.substr(0, static_cast<std::size_t>(spec_.precision));
  const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  const std::string prefix = upper ? "0X" : "0x";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (spec_.space && !text.empty()) text += ' ';
    if (spec_.sharp && (spec_.space || text.empty())) text += prefix;
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  Pad(text);
}

void Printer::Pad(std::string_view piece) {
  const std::size_t runes = spec_.has_width ? RuneCount(piece) : 0;
  if (!spec_.minus) Padding(runes, true);
  out_ += piece;
  if (spec_.minus) Padding(runes, false);
}

// Fills up to the width, to the left with zeros if asked.
void Printer::Padding(std::size_t used, bool left) {
  const auto width = static_cast<std::size_t>(spec_.width);
  if (!spec_.has_width || width <= used) return;
  out_.append(width - used, left && spec_.zero && !spec_.minus ? '0' : ' ');
}

std::string_view Printer::Truncated(std::string_view text) const {
  if (!spec_.has_precision) return text;
  std::size_t end = 0;
  for (int runes = 0; runes < spec_.precision && end < text.size(); ++runes) {
    end += DecodeRune(text.substr(end)).size;
  }
  return text.substr(0, end);
}

}  // namespace golab::rt
