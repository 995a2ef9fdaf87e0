#include "lab/trace/go_trace_of.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "runtime/go_trace/writer.h"

namespace golab::lab {
namespace {

using rt::EventType;
using rt::Record;

/// The history's names, as the writer asks for them.
class HistoryNames final : public rt::Symbolizer {
 public:
  explicit HistoryNames(const Symbols& symbols) : symbols_(symbols) {}

  std::size_t Lookup(std::uintptr_t pc, rt::Frame* out, std::size_t max) const noexcept override {
    std::size_t n = 0;
    for (const Frame& frame : symbols_.Lookup(pc, /*exact=*/true)) {
      if (n == max) break;
      if (!frame.own) continue;  // golab's inside has no place in it, as in dumps
      const Frame& kept = kept_.emplace_back(frame);
      out[n] = rt::Frame{};
      out[n].function = kept.function.c_str();
      out[n].file = kept.file.c_str();
      out[n].line = static_cast<std::uint32_t>(std::max(kept.line, 0));
      ++n;
    }
    return n;
  }

  bool HasNames() const noexcept override { return true; }

 private:
  const Symbols& symbols_;
  mutable std::deque<Frame> kept_;
};

bool HasText(EventType type) {
  return type == EventType::kUserTaskBegin || type == EventType::kUserRegionBegin ||
         type == EventType::kUserRegionEnd || type == EventType::kUserLog;
}

}  // namespace

std::string GoTraceOf(const History& history) {
  std::string trace;
  const HistoryNames names(history.symbols());
  rt::GoTraceWriter writer({[](void* out, const char* data, std::size_t size) {
                              static_cast<std::string*>(out)->append(data, size);
                            },
                            &trace},
                           &names);
  writer.CallsAreWaits();
  std::unordered_map<std::uint64_t, std::uint64_t> starts;  // goroutine -> its function
  for (const GoroutineLife& life : history.goroutines()) starts.emplace(life.id, life.start_pc);
  std::unordered_set<std::uint64_t> stacks;
  writer.AddProc(0, true, 0);
  std::uint64_t end = 0;
  for (const Record& r : history.events()) {
    const auto type = static_cast<EventType>(r.type);
    if (type == EventType::kMainReturn) {
      end = r.time;
      break;
    }
    if (r.stack != 0 && type != EventType::kPick && stacks.insert(r.stack).second) {
      const std::vector<std::uint64_t> pcs = history.StackPcs(r.stack);
      writer.AddStack(r.stack, pcs.data(), pcs.size());
    }
    if (type == EventType::kCreate) {
      const auto start = starts.find(r.arg);
      if (start != starts.end() && start->second != 0) {
        Record function = r;
        function.type = static_cast<std::uint8_t>(EventType::kGoFunction);
        function.stack = start->second;
        writer.Take(function);
      }
    }
    writer.Take(r, HasText(type) ? history.Blob(r.arg) : std::string());
    end = r.time;
  }
  writer.Finish(end);
  return trace;
}

}  // namespace golab::lab
