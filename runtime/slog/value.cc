// Values, attributes, levels and records of package slog. Go: log/slog/value.go, attr.go, level.go.

#include <string>
#include <vector>

#include "golab/fmt.h"
#include "golab/references.h"
#include "golab/slog.h"

#include "runtime/lang/doors.h"
#include "runtime/lang/float_text.h"

namespace golab {
namespace rt {
namespace {

using slog::Attr;
using slog::Kind;

bool IsEmptyGroup(const slog::Value& value) {
  return value.Kind() == Kind::Group && value.Group().empty();
}

Slice<Attr> ToSlice(const std::vector<Attr>& attrs) {
  return Slice<Attr>(attrs.data(), attrs.size());
}

/// The value of a type that has a kind of its own; nil `any` else.
template <class T>
bool Has(const Any& any, slog::Value* value) {
  const T* const held = any.As<T>();
  if (held != nullptr) *value = SlogValueOf(*held);
  return held != nullptr;
}

}  // namespace

slog::Value GroupValueOf(const Slice<Attr>& attrs) {
  std::vector<Attr> kept;
  for (const Attr& attr : attrs) {
    if (!IsEmptyGroup(attr.Value)) kept.push_back(attr);
  }
  return {Kind::Group, Any(ToSlice(kept))};
}

slog::Value AnyValueOf(const Any& any) {
  slog::Value value;
  const bool known = Has<String>(any, &value) || Has<int>(any, &value) || Has<long>(any, &value) ||
                     Has<long long>(any, &value) || Has<short>(any, &value) ||
                     Has<signed char>(any, &value) || Has<char>(any, &value) ||
                     Has<unsigned char>(any, &value) || Has<unsigned short>(any, &value) ||
                     Has<unsigned>(any, &value) || Has<unsigned long>(any, &value) ||
                     Has<unsigned long long>(any, &value) || Has<bool>(any, &value) ||
                     Has<double>(any, &value) || Has<float>(any, &value) ||
                     Has<time::Duration>(any, &value) || Has<time::Time>(any, &value) ||
                     Has<Slice<Attr>>(any, &value) || Has<slog::Value>(any, &value);
  return known ? value : slog::Value(Kind::Any, any);
}

Slice<Attr> SlogAttrs(const SlogArg* args, std::size_t n) {
  std::vector<Attr> attrs;
  for (std::size_t i = 0; i < n; ++i) {
    const slog::Value& value = args[i].attr.Value;
    if (args[i].is_attr) {
      attrs.push_back(args[i].attr);
    } else if (value.Kind() == Kind::String && i + 1 < n) {
      // An Attr in a value's place is that value, as Go prints it.
      const SlogArg& next = args[++i];
      const slog::Value given =
          next.is_attr ? slog::Value(Kind::Any, Any(next.attr)) : next.attr.Value;
      attrs.push_back({*value.Any().As<String>(), given});
    } else {
      attrs.push_back({"!BADKEY", value});
    }
  }
  return ToSlice(attrs);
}

}  // namespace rt

namespace slog {
namespace {

golab::String LevelText(const char* name, int above) {
  return above == 0 ? golab::String(name) : fmt::Sprintf("%s%+d", name, above);
}

}  // namespace

golab::String Level::String() const {
  if (number_ < LevelInfo) return LevelText("DEBUG", number_ - LevelDebug);
  if (number_ < LevelWarn) return LevelText("INFO", number_ - LevelInfo);
  if (number_ < LevelError) return LevelText("WARN", number_ - LevelWarn);
  return LevelText("ERROR", number_ - LevelError);
}

fmt::Arg Level::AsArg() const {
  fmt::Arg arg;
  arg.kind = fmt::Arg::Kind::kInt;
  arg.integer = number_;
  arg.type = &rt::kType<Level>;
  rt::SetWords(arg, this);
  return arg;
}

golab::String LevelVar::String() const {
  return "LevelVar(" + Level().String() + ")";
}

Slice<Attr> Value::Group() const {
  if (kind_ != slog::Kind::Group) rt::RaisePanic("Group: bad kind");
  return *any_.As<Slice<Attr>>();
}

golab::String Value::String() const {
  switch (kind_) {
    case slog::Kind::Float64: {
      const std::string text = rt::FloatText(*any_.As<double>(), 'g', -1, 64);
      return golab::String(text.data(), text.size());
    }
    case slog::Kind::Time:
      return any_.As<time::Time>()->UTC().String();
    case slog::Kind::LogValuer:
      return Resolve().String();
    default:
      return any_.Text();
  }
}

Value Value::Resolve() const {
  constexpr int kMost = 100;  // Go's number: against values that answer with themselves
  Value value = *this;
  for (int i = 0; i < kMost; ++i) {
    if (value.kind_ != slog::Kind::LogValuer) return value;
    const Func<Value()> ask = *value.any_.As<Func<Value()>>();
    value = ask();
  }
  return AnyValue(golab::Error(errors::New("LogValue called too many times")));
}

golab::String Attr::String() const {
  return Key + "=" + Value.String();
}

void Record::Attrs(const Func<bool(const Attr&)>& f) const {
  for (const Attr& attr : attrs_) {
    if (!f(attr)) return;
  }
}

void Record::AddAttrs(const Slice<Attr>& attrs) {
  std::vector<Attr> all(attrs_.begin(), attrs_.end());
  for (const Attr& attr : attrs) {
    if (!rt::IsEmptyGroup(attr.Value)) all.push_back(attr);
  }
  attrs_ = rt::ToSlice(all);
}

}  // namespace slog
}  // namespace golab
