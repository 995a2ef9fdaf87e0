#include "golab/any.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "golab/fmt.h"

#include "runtime/lang/doors.h"

namespace golab {
namespace {

// As Go's runtime prints floating point: seven digits, three of exponent. Not as fmt does.
std::string RuntimeFloat(double value) {
  if (value != value) return "NaN";
  if (value - value != 0) return value > 0 ? "+Inf" : "-Inf";
  char digits[32];
  std::snprintf(digits, sizeof digits, "%+.6e", value);
  std::string text(digits);
  const std::size_t exponent = text.find('e') + 2;
  text.insert(exponent, 3 - std::min<std::size_t>(3, text.size() - exponent), '0');
  return text;
}

std::string RuntimeValue(const fmt::Arg& arg) {
  using Kind = fmt::Arg::Kind;
  switch (arg.kind) {
    case Kind::kBool:
      return arg.boolean ? "true" : "false";
    case Kind::kInt:
      return std::to_string(arg.integer);
    case Kind::kUint:
      return std::to_string(arg.natural);
    case Kind::kFloat:
      return RuntimeFloat(arg.real);
    case Kind::kComplex:
      return "(" + RuntimeFloat(arg.real) + RuntimeFloat(arg.imaginary) + "i)";
    case Kind::kString:
      return std::string(arg.data, arg.size);
    case Kind::kNil:
    case Kind::kPointer:
    case Kind::kList:
    case Kind::kMap:
    case Kind::kPair:
    case Kind::kOther:
      break;
  }
  return {};
}

std::string Indented(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += '\t';
  }
  return result;
}

}  // namespace

bool Any::Comparable() const noexcept {
  return held_.box() == nullptr || held_.box()->ops->equal != nullptr;
}

bool Any::Equal(const Any& left, const Any& right) {
  const rt::Box* const a = left.held_.box();
  const rt::Box* const b = right.held_.box();
  if (a == nullptr || b == nullptr) return a == b;
  if (!rt::SameType(*a->ops->type, *b->ops->type)) return false;
  if (left.IsError()) return a == b;  // as Error compares
  if (a->ops->equal == nullptr) {
    rt::RaiseRuntimeError("comparing uncomparable type " + left.TypeName());
  }
  return a->ops->equal(a->value, b->value);
}

bool Any::IsError() const noexcept {
  return held_.box() != nullptr && held_.box()->ops->text != nullptr;
}

const void* Any::Find(const rt::Type& type) const noexcept {
  const rt::Box* const box = held_.box();
  return box != nullptr && rt::SameType(*box->ops->type, type) ? box->value : nullptr;
}

String Any::TypeName() const {
  return fmt::Sprintf("%T", *this);
}

String Any::Text() const {
  return fmt::Sprint(*this);
}

String Any::PanicText() const {
  const fmt::Arg arg = AsArg();
  if (arg.kind == fmt::Arg::Kind::kNil) return "panic called with nil argument";
  if (arg.text != nullptr) return Indented(arg.text(arg.object));
  const std::string value = RuntimeValue(arg);
  const std::string type = TypeName();
  if (type.find('.') == std::string::npos && !value.empty()) return Indented(value);
  if (arg.kind == fmt::Arg::Kind::kString) {
    return type == "string" ? Indented(value) : type + "(\"" + Indented(value) + "\")";
  }
  if (!value.empty()) return type + "(" + value + ")";
  const void* const address =
      arg.kind == fmt::Arg::Kind::kPointer ? arg.pointer : held_.box()->value;
  return fmt::Sprintf("(%s) %p", type, address);
}

fmt::Arg Any::AsArg() const {
  return held_.AsArg();
}

}  // namespace golab
