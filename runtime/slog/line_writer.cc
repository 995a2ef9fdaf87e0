#include "runtime/slog/line_writer.h"

#include <utility>

#include "golab/fmt.h"

#include "runtime/lang/quote.h"
#include "runtime/lang/utf8.h"
#include "runtime/slog/json_text.h"
#include "runtime/slog/source.h"

namespace golab::rt {
namespace {

using slog::Kind;

std::string_view View(const String& text) {
  return std::string_view(text.data(), text.size());
}

bool IsSpaceRune(char32_t rune) {
  switch (rune) {
    case 0x85:
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
      return true;
    default:
      return rune >= 0x2000 && rune <= 0x200a;
  }
}

/// Whether text between blanks and equal signs could be misread.
bool NeedsQuotes(std::string_view text) {
  if (text.empty()) return true;
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    if (c < 0x80) {
      if (c != '\\' && (c == ' ' || c == '=' || !IsJsonSafe(c))) return true;
      text.remove_prefix(1);
      continue;
    }
    const DecodedRune next = DecodeRune(text);
    if (next.rune == kRuneError || IsSpaceRune(next.rune) || !IsPrintRune(next.rune)) return true;
    text.remove_prefix(next.size);
  }
  return false;
}

bool IsEmpty(const slog::Attr& attr) {
  return attr.Key.empty() && attr.Value.Kind() == Kind::Any && !attr.Value.Any();
}

}  // namespace

std::string LineWriter::Line(const slog::Record& record, const std::vector<SlogStep>& steps) {
  if (json_) out_ += '{';
  BuiltIns(record);
  Steps(record, steps, 0);
  out_ += json_ ? "}\n" : "\n";
  return std::move(out_);
}

std::string LineWriter::Tail(const slog::Record& record, const std::vector<SlogStep>& steps) {
  between_ = " ";
  Steps(record, steps, 0);
  return std::move(out_);
}

void LineWriter::BuiltIns(const slog::Record& record) {
  const bool replaces = options_.ReplaceAttr != nullptr;
  if (!record.Time.IsZero()) {
    const time::Time wall = record.Time.UTC();
    if (replaces) {
      Attr({slog::TimeKey, SlogValueOf(wall)});
    } else {
      Key(slog::TimeKey);
      Instant(wall);
    }
  }
  if (replaces) {
    Attr({slog::LevelKey, SlogValueOf(record.Level)});
  } else {
    Key(slog::LevelKey);
    Text(View(record.Level.String()));
  }
  if (options_.AddSource) Attr({slog::SourceKey, SlogValueOf(SourceOf(record))});
  if (replaces) {
    Attr({slog::MessageKey, SlogValueOf(record.Message)});
  } else {
    Key(slog::MessageKey);
    Text(View(record.Message));
  }
}

/// Steps from `at` on, and the record's attributes within. False: nothing was written.
bool LineWriter::Steps(const slog::Record& record, const std::vector<SlogStep>& steps,
                       std::size_t at) {
  bool wrote = false;
  for (; at < steps.size(); ++at) {
    if (!steps[at].group.empty()) {
      return InGroup(steps[at].group, [&] { return Steps(record, steps, at + 1); }) || wrote;
    }
    for (const slog::Attr& attr : steps[at].attrs) wrote = Attr(attr) || wrote;
  }
  record.Attrs([&](const slog::Attr& attr) {
    wrote = Attr(attr) || wrote;
    return true;
  });
  return wrote;
}

/// What `fill` writes, in a group; nothing at all if it writes nothing.
template <class Fill>
bool LineWriter::InGroup(const String& name, Fill&& fill) {
  const std::size_t size = out_.size();
  const char* const between = between_;
  OpenGroup(name);
  const bool wrote = fill();
  CloseGroup();
  if (!wrote) {
    out_.resize(size);
    between_ = between;
  }
  return wrote;
}

void LineWriter::OpenGroup(const String& name) {
  if (json_) {
    Key(name);
    out_ += '{';
    between_ = "";
  } else {
    prefix_.append(View(name)).append(".");
  }
  groups_.push_back(name);
}

void LineWriter::CloseGroup() {
  if (json_) {
    out_ += '}';
    between_ = ",";
  } else {
    prefix_.resize(prefix_.size() - groups_.back().size() - 1);
  }
  groups_.pop_back();
}

bool LineWriter::Attr(slog::Attr attr) {
  attr.Value = attr.Value.Resolve();
  if (options_.ReplaceAttr != nullptr && attr.Value.Kind() != Kind::Group) {
    attr = options_.ReplaceAttr(Slice<String>(groups_.data(), groups_.size()), attr);
    attr.Value = attr.Value.Resolve();
  }
  if (IsEmpty(attr)) return false;
  if (const Source* source = attr.Value.Any().As<Source>()) {
    attr.Value = json_ ? source->Group() : SlogValueOf(source->FileLine());
  }
  if (attr.Value.Kind() == Kind::Group) return Group(attr.Key, attr.Value.Group());
  Key(attr.Key);
  Value(attr.Value);
  return true;
}

bool LineWriter::Group(const String& name, const Slice<slog::Attr>& attrs) {
  const auto fill = [&] {
    bool wrote = false;
    for (const slog::Attr& attr : attrs) wrote = Attr(attr) || wrote;
    return wrote;
  };
  return name.empty() ? fill() : InGroup(name, fill);
}

void LineWriter::Key(const String& key) {
  out_ += between_;
  Text(prefix_ + std::string(View(key)));
  out_ += json_ ? ':' : '=';
  between_ = json_ ? "," : " ";
}

void LineWriter::Text(std::string_view text) {
  if (json_) return AppendJsonString(out_, text);
  if (NeedsQuotes(text)) {
    out_ += Quote(text);
  } else {
    out_ += text;
  }
}

void LineWriter::Instant(const time::Time& t) {
  const String text = t.Format(json_ ? time::RFC3339Nano : "2006-01-02T15:04:05.000Z07:00");
  const char* const quote = json_ ? "\"" : "";
  out_.append(quote).append(View(text)).append(quote);
}

void LineWriter::Value(const slog::Value& value) {
  switch (value.Kind()) {
    case Kind::String:
      return Text(View(*value.Any().As<String>()));
    case Kind::Time:
      return Instant(value.Any().As<time::Time>()->UTC());
    case Kind::Duration:
      if (json_) {
        out_ += std::to_string(value.Any().As<time::Duration>()->Nanoseconds());
        return;
      }
      break;
    case Kind::Float64:
      if (json_) return AnyValue(value);
      break;
    case Kind::Any:
      return AnyValue(value);
    default:
      break;
  }
  out_ += View(value.String());
}

void LineWriter::AnyValue(const slog::Value& value) {
  if (!json_) return Text(View(fmt::Sprintf("%+v", value.Any())));
  std::string error;
  const std::size_t size = out_.size();
  AppendJsonValue(out_, fmt::Arg::Of(value.Any()), &error);
  if (error.empty()) return;
  out_.resize(size);
  Text("!ERROR:" + error);
}

}  // namespace golab::rt
