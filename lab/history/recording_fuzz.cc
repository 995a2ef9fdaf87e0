// Any bytes in the shared map, and any output beside them: reading, judging and building must
// neither crash nor hang, nor allocate more than in proportion to the map. The first two bytes
// choose how the process ended; the rest is laid over the map from its first byte.

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "lab/history/history.h"
#include "lab/history/questions.h"
#include "lab/recording/recording_map.h"
#include "lab/recording/validator.h"

namespace golab::lab {
namespace {

RecordingMap& Map() {
  static RecordingMap map = [] {
    auto made = RecordingMap::Create({.records = 256, .stack_words = 256, .blob_bytes = 256});
    if (!made) std::abort();
    return std::move(*made);
  }();
  return map;
}

char* ProgramsView() {
  static char* const view = static_cast<char*>(
      mmap(nullptr, Map().size(), PROT_READ | PROT_WRITE, MAP_SHARED, Map().fd(), 0));
  return view;
}

void AskEverything(const History& h) {
  const Moment last = h.last();
  (void)h.LeftOver();
  (void)h.AliveAt(last);
  (void)MostAsleep(h, 1'000'000);
  (void)MostAlive(h);
  (void)StackDumps(h);
  (void)FlagsDefined(h);
  (void)GroupAlike(h, last);
  (void)StepsOf(h, {}, 0, last);
  (void)WaitCycle(WaitingAt(h, last));
  (void)LinesMatching(h, "%s: %d%*x");
  for (const GoroutineLife& g : h.goroutines()) {
    (void)g.At(last);
    (void)h.Stack(g.creation_stack);
  }
}

/// Half of the inputs are records alone, so that the fuzzer need not find the header first.
void Write(const std::uint8_t* data, std::size_t size, bool records_only) {
  char* view = ProgramsView();
  if (!records_only) {
    std::memcpy(view, data, std::min(size, Map().size()));
    return;
  }
  auto* header = reinterpret_cast<rt::Header*>(view);
  const std::size_t count = std::min<std::size_t>(size / sizeof(rt::Record), 256);
  std::memcpy(view + header->records.offset, data, count * sizeof(rt::Record));
  header->records.used = count;
  header->blobs.used = 256;
}

}  // namespace
}  // namespace golab::lab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace golab::lab;
  if (size < 2) return 0;
  Map().Reset({});
  Write(data + 2, size - 2, (data[0] & 1) != 0);
  (void)Map().Drain();
  RunEvidence evidence;
  evidence.recording = Map().Take();
  evidence.out.assign(reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 300));
  evidence.err = "one\ntwo";
  evidence.wait_status = data[1] << 8 | (data[0] >> 1);
  (void)Validate(evidence.recording, {evidence.out.size(), evidence.err.size()});
  AskEverything(HistoryBuilder::Build(std::move(evidence)));
  return 0;
}
