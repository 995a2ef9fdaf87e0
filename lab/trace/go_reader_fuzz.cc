// Any bytes as a Go trace: an error or an execution that can be drawn and converted, never a crash,
// and no more memory than the input is worth.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lab/trace/chrome.h"
#include "lab/trace/execution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace golab::lab;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  // Half of the inputs have the header already.
  if (size % 2 == 0) bytes.insert(0, golab::rt::kGoTraceHeader, golab::rt::kGoTraceHeaderSize);
  const auto execution = ReadExecution(bytes);
  if (!execution) {
    if (execution.error().Text().empty()) std::abort();
    return 0;
  }
  const auto timeline = TimelineOfExecution(*execution, {1, 1000}, true);
  if (timeline.begin_ns > timeline.end_ns) std::abort();
  std::size_t written = 0;
  (void)WriteChrome(*execution, {}, [&](std::string_view piece) { written += piece.size(); });
  return written == 0 ? 1 : 0;
}
