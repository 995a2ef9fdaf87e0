#include "lab/judge/race_images.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "lab/judge/programs.h"

namespace golab::lab {
namespace {

constexpr std::uint64_t kMoreMemory = std::uint64_t{4}
                                      << 30;  // shadow memory; a TSan fiber has 1.2 MB
constexpr int kSlower = 10;

RunnerSpec SpecOf(const Task& task, const Image& image) {
  RunnerSpec spec = SpecFor(task);
  spec.image.path = image.path;
  spec.image.symbols_path = image.symbols_path;
  spec.limits.memory_bytes += kMoreMemory;
  spec.limits.silent_cpu *= kSlower;
  return spec;
}

}  // namespace

RaceImages::RaceImages(const Task& task, Sources sources, const std::vector<const Case*>& cases,
                       const Builder& builder)
    : task_(task), sources_(std::move(sources)), builder_(builder) {
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(cases_), [](const Case* one) {
    return one->with.empty() && one->without.empty() && one->procs == 0;
  });
  if (cases_.empty() && !cases.empty()) cases_.push_back(cases.front());
  tsan_thread_ = std::thread([this] { Build(Flavour::kTsan, &tsan_); });
  asan_thread_ = std::thread([this] { Build(Flavour::kAsan, &asan_); });
}

RaceImages::~RaceImages() {
  cancel_ = true;
  if (tsan_thread_.joinable()) tsan_thread_.join();
  if (asan_thread_.joinable()) asan_thread_.join();
}

const RaceImageSet& RaceImages::Of(Flavour flavour) {
  std::thread& thread = flavour == Flavour::kTsan ? tsan_thread_ : asan_thread_;
  if (thread.joinable()) thread.join();
  return flavour == Flavour::kTsan ? tsan_ : asan_;
}

void RaceImages::Build(Flavour flavour, RaceImageSet* set) {
  for (const Case* of_case : cases_) {
    auto sources = SourcesOf(task_, sources_, *of_case);
    if (!sources) {
      set->missing_because = sources.error().what;
      return;
    }
    BuildRequest request;
    request.sources = std::move(*sources);
    request.flavour = flavour;
    request.cancel = &cancel_;
    auto outcome = builder_.Build(request);
    if (!outcome || !outcome->built) {
      set->by_case.clear();
      const std::string& said = !outcome ? outcome.error().what : outcome->failure.diagnostics;
      set->missing_because = "the image cannot be built: " + said.substr(0, said.find('\n'));
      return;
    }
    set->by_case[of_case->id] = SpecOf(task_, outcome->image);
  }
}

}  // namespace golab::lab
