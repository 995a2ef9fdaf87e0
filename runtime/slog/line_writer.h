#pragma once
// One line of a TextHandler or JSONHandler, as Go writes it. One thread's, for one line.

#include <string>
#include <string_view>
#include <vector>

#include "golab/slog.h"

namespace golab::rt {

/// What WithAttrs and WithGroup have added to a handler, in order.
struct SlogStep {
  String group;             ///< not empty: what follows is in this group
  Slice<slog::Attr> attrs;  ///< else these
};

class LineWriter {
 public:
  LineWriter(bool json, const slog::HandlerOptions& options) : json_(json), options_(options) {}

  /// `{"time":...,"level":...,` and so on, with all of the record and of the steps, and a newline.
  std::string Line(const slog::Record& record, const std::vector<SlogStep>& steps);

  /// ` key=value ...`: what follows the message in the first default logger's lines.
  std::string Tail(const slog::Record& record, const std::vector<SlogStep>& steps);

 private:
  void BuiltIns(const slog::Record& record);
  bool Steps(const slog::Record& record, const std::vector<SlogStep>& steps, std::size_t at);
  bool Attr(slog::Attr attr);
  bool Group(const String& name, const Slice<slog::Attr>& attrs);
  void OpenGroup(const String& name);
  void CloseGroup();
  void Key(const String& key);
  void Text(std::string_view text);
  void Instant(const time::Time& t);
  void Value(const slog::Value& value);
  void AnyValue(const slog::Value& value);

  template <class Fill>
  bool InGroup(const String& name, Fill&& fill);

  bool json_;
  const slog::HandlerOptions& options_;
  std::string out_;
  const char* between_ = "";  // stands before the next key
  std::string prefix_;        // text: the open groups, "g.h."
  std::vector<String> groups_;
};

}  // namespace golab::rt
