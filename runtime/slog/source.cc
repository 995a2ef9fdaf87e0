#include "runtime/slog/source.h"

#include <vector>

#include "golab/fmt.h"

#include "runtime/sched/dump_all.h"
#include "runtime/traceback/self_symbolizer.h"

namespace golab::rt {

slog::Value Source::Group() const {
  std::vector<slog::Attr> attrs;
  if (!function.empty()) attrs.push_back(slog::String("function", function));
  if (!file.empty()) attrs.push_back(slog::String("file", file));
  if (line != 0) attrs.push_back(slog::Int("line", line));
  return GroupValueOf(Slice<slog::Attr>(attrs.data(), attrs.size()));
}

golab::String Source::FileLine() const {
  return fmt::Sprintf("%s:%d", file, line);
}

Source SourceOf(const slog::Record& record) {
  Source source{"", record.place().file, record.place().line};
  if (record.PC == 0) return source;
  PrepareNames();
  Frame frames[kMaxFramesPerPc];
  const std::size_t n = SelfSymbolizer::Get().Lookup(record.PC - 1, frames, kMaxFramesPerPc);
  // Inlined first: the library's own, then the program's.
  for (std::size_t i = 0; i < n; ++i) {
    source.function = String(frames[i].function);
    if (frames[i].line == static_cast<std::uint32_t>(source.line)) break;
  }
  return source;
}

}  // namespace golab::rt
