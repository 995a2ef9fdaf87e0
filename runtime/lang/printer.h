#pragma once
// The machine behind fmt: Go's pp (fmt/print.go) and fmt (fmt/format.go) in one.
//
// One Printer makes one text. Not shared between threads.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "golab/fmt.h"

namespace golab::rt {

class Printer {
 public:
  void Print(fmt::Args args);
  void Println(fmt::Args args);
  void Printf(std::string_view format, fmt::Args args);

  const std::string& text() const { return out_; }

  /// Arguments printed by %w, in the order met; for Errorf. Only errors count.
  const std::vector<std::size_t>& wrapped() const { return wrapped_; }

  /// Errorf sets it; elsewhere %w is a bad verb.
  void AllowWrap() { allow_wrap_ = true; }

 private:
  // What stands between % and the verb.
  struct Spec {
    bool plus = false, minus = false, sharp = false, space = false, zero = false;
    bool sharp_v = false;  // %#v
    bool has_width = false, has_precision = false;
    int width = 0, precision = 0;
  };

  // Where Printf is in its format and its arguments.
  struct Cursor {
    std::string_view format;
    fmt::Args args;
    std::size_t at = 0;
    std::size_t arg = 0;
    bool after_index = false;  // the last thing read was [n]
    bool reordered = false;    // some [n] was read: no EXTRA
    bool good_index = true;
  };

  struct Count {
    bool given = false;
    int value = 0;
  };

  // Productions of the format language.
  void Directive(Cursor& cursor);
  void Flags(Cursor& cursor);
  void Index(Cursor& cursor);
  void Width(Cursor& cursor);
  void Precision(Cursor& cursor);
  void Verb(Cursor& cursor);
  void Extra(const Cursor& cursor);
  static Count Number(Cursor& cursor);
  static Count Star(Cursor& cursor);

  // Values. Each prints one argument by one verb under spec_.
  void Value(const fmt::Arg& arg, char32_t verb);
  bool Words(const fmt::Arg& arg, char32_t verb);  // error, Stringer
  void Plain(const fmt::Arg& arg, char32_t verb);
  void Bad(const fmt::Arg& arg, char32_t verb);
  void Bool(const fmt::Arg& arg, char32_t verb);
  void Integer(const fmt::Arg& arg, std::uint64_t value, bool is_signed, char32_t verb);
  void Float(const fmt::Arg& arg, double value, char32_t verb);
  void Complex(const fmt::Arg& arg, char32_t verb);
  void Text(const fmt::Arg& arg, std::string_view text, char32_t verb);
  void Pointer(const fmt::Arg& arg, char32_t verb);
  void List(const fmt::Arg& arg, char32_t verb);
  void Map(const fmt::Arg& arg, char32_t verb);

  // Forms. Each writes one piece, padded.
  void Digits(std::uint64_t value, unsigned base, bool is_signed, char32_t verb,
              bool upper = false);
  void Unicode(std::uint64_t value);
  void Quoted(std::string_view text);
  void Hex(std::string_view bytes, bool upper);
  void Number(std::string number);
  void Pad(std::string_view piece);
  void Padding(std::size_t used, bool left);
  std::string_view Truncated(std::string_view text) const;

  std::string out_;
  Spec spec_;
  bool allow_wrap_ = false;
  bool erroring_ = false;  // inside %!d(...): String() and Text() are not called
  std::vector<std::size_t> wrapped_;
};

/// Go's name of the argument's type; `<nil>` for none.
std::string TypeNameOf(const fmt::Arg& arg);

}  // namespace golab::rt
