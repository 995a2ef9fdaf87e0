// The format language: what Printf reads. How values print: printer_values.cc.
#include "runtime/lang/printer.h"

#include "runtime/lang/utf8.h"

namespace golab::rt {
namespace {

constexpr int kTooLarge = 1000000;  // Go's limit of widths and precisions

bool IsString(const fmt::Arg& arg) {
  return arg.kind == fmt::Arg::Kind::kString;
}

}  // namespace

void Printer::Print(fmt::Args args) {
  for (std::size_t i = 0; i < args.size; ++i) {
    if (i > 0 && !IsString(args.data[i]) && !IsString(args.data[i - 1])) out_ += ' ';
    Value(args.data[i], 'v');
  }
}

void Printer::Println(fmt::Args args) {
  for (std::size_t i = 0; i < args.size; ++i) {
    if (i > 0) out_ += ' ';
    Value(args.data[i], 'v');
  }
  out_ += '\n';
}

void Printer::Printf(std::string_view format, fmt::Args args) {
  Cursor cursor{format, args};
  while (cursor.at < format.size()) {
    const std::size_t percent = std::min(format.find('%', cursor.at), format.size());
    out_ += format.substr(cursor.at, percent - cursor.at);
    cursor.at = percent + 1;
    if (percent < format.size()) Directive(cursor);
  }
  if (!cursor.reordered && cursor.arg < args.size) Extra(cursor);
}

void Printer::Directive(Cursor& cursor) {
  spec_ = {};
  cursor.good_index = true;
  cursor.after_index = false;
  Flags(cursor);
  Index(cursor);
  Width(cursor);
  Precision(cursor);
  if (!cursor.after_index) Index(cursor);
  Verb(cursor);
}

void Printer::Flags(Cursor& cursor) {
  for (; cursor.at < cursor.format.size(); ++cursor.at) {
    switch (cursor.format[cursor.at]) {
      case '#':
        spec_.sharp = true;
        break;
      case '0':
        spec_.zero = true;
        break;
      case '+':
        spec_.plus = true;
        break;
      case '-':
        spec_.minus = true;
        break;
      case ' ':
        spec_.space = true;
        break;
      default:
        return;
    }
  }
}

// [n], counted from one.
void Printer::Index(Cursor& cursor) {
  cursor.after_index = false;
  const std::string_view rest = cursor.format.substr(std::min(cursor.at, cursor.format.size()));
  if (!rest.starts_with('[')) return;
  cursor.reordered = true;
  const std::size_t close = rest.find(']');
  if (rest.size() < 3 || close == std::string_view::npos) {
    cursor.good_index = false;
    ++cursor.at;
    return;
  }
  Cursor inside{rest.substr(0, close), cursor.args, 1};
  const Count number = Number(inside);
  cursor.at += close + 1;
  const bool whole = number.given && inside.at == close;
  cursor.after_index = whole;
  if (whole && number.value >= 1 && static_cast<std::size_t>(number.value) <= cursor.args.size) {
    cursor.arg = static_cast<std::size_t>(number.value) - 1;
  } else {
    cursor.good_index = false;
  }
}

void Printer::Width(Cursor& cursor) {
  if (cursor.at < cursor.format.size() && cursor.format[cursor.at] == '*') {
    const Count width = Star(cursor);
    spec_.has_width = width.given;
    spec_.width = width.value < 0 ? -width.value : width.value;
    if (!width.given) out_ += "%!(BADWIDTH)";
    if (width.value < 0) spec_.minus = true;
    cursor.after_index = false;
    return;
  }
  const Count width = Number(cursor);
  spec_.has_width = width.given;
  spec_.width = width.value;
  if (cursor.after_index && width.given) cursor.good_index = false;  // %[3]2d
}

void Printer::Precision(Cursor& cursor) {
  if (cursor.at >= cursor.format.size() || cursor.format[cursor.at] != '.') return;
  ++cursor.at;
  if (cursor.after_index) cursor.good_index = false;  // %[3].2d
  Index(cursor);
  if (cursor.at < cursor.format.size() && cursor.format[cursor.at] == '*') {
    const Count precision = Star(cursor);
    spec_.has_precision = precision.given && precision.value >= 0;
    spec_.precision = spec_.has_precision ? precision.value : 0;
    if (!spec_.has_precision) out_ += "%!(BADPREC)";
    cursor.after_index = false;
    return;
  }
  spec_.precision = Number(cursor).value;
  spec_.has_precision = true;  // "%.d" is "%.0d"
}

void Printer::Verb(Cursor& cursor) {
  if (cursor.at >= cursor.format.size()) {
    out_ += "%!(NOVERB)";
    return;
  }
  const DecodedRune verb = DecodeRune(cursor.format.substr(cursor.at));
  cursor.at += verb.size;
  if (verb.rune == '%') {
    out_ += '%';
  } else if (!cursor.good_index || cursor.arg >= cursor.args.size) {
    out_ += "%!";
    AppendRune(out_, verb.rune);
    out_ += cursor.good_index ? "(MISSING)" : "(BADINDEX)";
  } else {
    if (verb.rune == 'w') wrapped_.push_back(cursor.arg);
    if (verb.rune == 'v') {
      spec_.sharp_v = spec_.sharp;
      spec_.sharp = false;
    }
    if (verb.rune == 'v' || verb.rune == 'w') spec_.plus = false;
    Value(cursor.args.data[cursor.arg], verb.rune);
    ++cursor.arg;
  }
}

void Printer::Extra(const Cursor& cursor) {
  spec_ = {};
  out_ += "%!(EXTRA ";
  for (std::size_t i = cursor.arg; i < cursor.args.size; ++i) {
    if (i > cursor.arg) out_ += ", ";
    const fmt::Arg& arg = cursor.args.data[i];
    if (arg.kind != fmt::Arg::Kind::kNil) out_ += TypeNameOf(arg) + '=';
    Value(arg, 'v');
  }
  out_ += ')';
}

Printer::Count Printer::Number(Cursor& cursor) {
  Count number;
  for (; cursor.at < cursor.format.size(); ++cursor.at) {
    const char digit = cursor.format[cursor.at];
    if (digit < '0' || digit > '9') break;
    number = {true, number.value * 10 + (digit - '0')};
    if (number.value > kTooLarge) return {};
  }
  return number;
}

// `*`: the number is the next argument.
Printer::Count Printer::Star(Cursor& cursor) {
  ++cursor.at;
  if (cursor.arg >= cursor.args.size) return {};
  const fmt::Arg& arg = cursor.args.data[cursor.arg++];
  std::int64_t value = 0;
  if (arg.kind == fmt::Arg::Kind::kInt) {
    value = arg.integer;
  } else if (arg.kind == fmt::Arg::Kind::kUint && arg.natural <= kTooLarge) {
    value = static_cast<std::int64_t>(arg.natural);
  } else {
    return {};
  }
  if (value < -kTooLarge || value > kTooLarge) return {};
  return {true, static_cast<int>(value)};
}

}  // namespace golab::rt
