#include "lab/recording/recording_map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

namespace golab::lab {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kLargestArea = std::uint64_t{1} << 32;  // bytes; BlobRef has 32 bits

std::uint64_t PageRound(std::uint64_t bytes) {
  return (bytes + kPage - 1) / kPage * kPage;
}

// One read of one word. Relaxed: the program may write it at this moment, and then it is its loss.
template <typename T>
T LoadOnce(const T* from) {
  return __atomic_load_n(from, __ATOMIC_RELAXED);
}

// Copies whole words, each read once. A memcpy might read a word twice.
template <typename T>
void CopyOnce(const void* from, T* to, std::size_t count) {
  static_assert(sizeof(T) % sizeof(std::uint64_t) == 0);
  const auto* source = static_cast<const std::uint64_t*>(from);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t words[sizeof(T) / sizeof(std::uint64_t)];
    for (std::uint64_t& word : words) word = LoadOnce(source++);
    std::memcpy(to + i, words, sizeof(T));
  }
}

std::string CopyBytesOnce(const char* from, std::size_t count) {
  std::string text(count, '\0');
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const std::uint64_t word = LoadOnce(reinterpret_cast<const std::uint64_t*>(from + i));
    std::memcpy(text.data() + i, &word, 8);
  }
  for (; i < count; ++i) text[i] = LoadOnce(from + i);
  return text;
}

tl::unexpected<struct Error> CannotMake(const char* call) {
  return SystemFailure(std::string("cannot make a recording: ") + call, errno);
}

}  // namespace

Result<RecordingMap> RecordingMap::Create(const RecordingSizes& sizes) {
  const auto too_large = [](std::uint64_t count, std::uint64_t unit) {
    return count > kLargestArea / unit;
  };
  if (sizes.records == 0 || too_large(sizes.records, sizeof(rt::Record)) ||
      too_large(sizes.stack_words, 8) || too_large(sizes.blob_bytes, 1)) {
    return Failure({.what = "cannot make a recording: each area is between 1 byte and 4 GiB"});
  }
  RecordingMap map;
  rt::Header& layout = map.layout_;
  std::uint64_t end = kPage;
  const auto place = [&end](rt::Area& area, std::uint64_t capacity, std::uint64_t unit) {
    area = {end, capacity, 0};
    end += PageRound(capacity * unit);
  };
  place(layout.records, std::bit_ceil(sizes.records), sizeof(rt::Record));
  place(layout.stacks, sizes.stack_words, sizeof(std::uint64_t));
  place(layout.blobs, sizes.blob_bytes, 1);
  place(layout.work, rt::kMaxWork, sizeof(rt::WorkEntry));
  place(layout.plan, 1, sizeof(rt::Plan));
  place(layout.trace, rt::kMaxTraceEntries, sizeof(rt::TraceEntry));
  layout.magic = rt::kMagic;
  layout.version = rt::kVersion;
  layout.header_size = sizeof(rt::Header);
  layout.map_size = end;

  map.size_ = end;
  map.max_records_ = sizes.max_records;
  map.fd_ = memfd_create("golab recording", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (map.fd_ < 0) return CannotMake("memfd_create");
  if (ftruncate(map.fd_, static_cast<off_t>(end)) != 0) return CannotMake("ftruncate");
  // Sealed before anybody else has it: a map that shrinks would kill its reader by SIGBUS.
  if (fcntl(map.fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return CannotMake("F_ADD_SEALS");
  }
  void* base = mmap(nullptr, end, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd_, 0);
  if (base == MAP_FAILED) return CannotMake("mmap");
  map.base_ = static_cast<std::byte*>(base);
  map.Reset({});
  return map;
}

RecordingMap::RecordingMap(RecordingMap&& other) noexcept {
  *this = std::move(other);
}

RecordingMap& RecordingMap::operator=(RecordingMap&& other) noexcept {
  if (this == &other) return *this;
  Release();
  fd_ = std::exchange(other.fd_, -1);
  base_ = std::exchange(other.base_, nullptr);
  size_ = std::exchange(other.size_, 0);
  max_records_ = other.max_records_;
  layout_ = other.layout_;
  world_ = other.world_;
  deviation_count_ = other.deviation_count_;
  consumed_ = other.consumed_;
  overrun_ = other.overrun_;
  drained_ = std::move(other.drained_);
  return *this;
}

RecordingMap::~RecordingMap() {
  Release();
}

void RecordingMap::Release() {
  if (base_ != nullptr) munmap(base_, size_);
  if (fd_ >= 0) close(fd_);
  base_ = nullptr;
  fd_ = -1;
}

namespace {

void WriteSearch(const RunPlan& plan, rt::Plan* out) {
  const std::size_t choices = std::min<std::size_t>(plan.choices.size(), rt::kMaxChoices);
  out->choice_count = static_cast<std::uint32_t>(choices);
  std::copy_n(plan.choices.begin(), choices, out->choices);
  std::uint32_t count = 0, accesses = 0;
  for (const Sleeper& sleeper : plan.sleepers) {
    if (count == rt::kMaxSleepers || sleeper.accesses.size() > rt::kMaxSleeperAccesses - accesses)
      break;
    out->sleepers[count++] = {sleeper.thread, static_cast<std::uint16_t>(accesses),
                              static_cast<std::uint16_t>(sleeper.accesses.size())};
    for (const rt::PlannedAccess& access : sleeper.accesses) out->accesses[accesses++] = access;
  }
  out->sleeper_count = count;
}

}  // namespace

void RecordingMap::Reset(const RunPlan& plan) {
  // A record of the run before must not pass for one of the next, so what was used is wiped.
  const std::uint64_t used = LoadOnce(&header()->records.used);
  const std::uint64_t wipe = std::min(used, layout_.records.capacity);
  std::fill_n(At<rt::Record>(layout_.records), wipe, rt::Record{});
  *header() = layout_;

  auto* out = At<rt::Plan>(layout_.plan);
  const auto work_count =
      static_cast<std::uint32_t>(std::min<std::size_t>(plan.work.size(), rt::kMaxWork));
  deviation_count_ =
      static_cast<std::uint32_t>(std::min<std::size_t>(plan.deviations.size(), rt::kMaxDeviations));
  out->world = plan.world;
  out->strategy = plan.strategy;
  out->seed = plan.seed;
  out->secret = plan.secret;
  out->quantum = plan.quantum;
  out->deviation_count = deviation_count_;
  out->virtual_limit_ns = plan.virtual_limit_ns;
  out->rest_limit_ns = plan.rest_limit_ns;
  out->work_count = work_count;
  out->flags = plan.flags;
  std::copy_n(plan.work.begin(), work_count, out->work);
  std::copy_n(plan.deviations.begin(), deviation_count_, out->deviations);
  for (std::uint32_t i = 0; i < deviation_count_; ++i) out->deviations[i].used = 0;
  WriteSearch(plan, out);

  world_ = plan.world;
  consumed_ = 0;
  overrun_ = false;
  drained_.clear();
}

bool RecordingMap::Drain() {
  // Acquire: pairs with the writer's release of `used`, so that the records before it are complete.
  const std::uint64_t used = __atomic_load_n(&header()->records.used, __ATOMIC_ACQUIRE);
  const std::uint64_t capacity = layout_.records.capacity;
  if (used < consumed_ || used - consumed_ > capacity) {
    overrun_ = true;
    return false;
  }
  const std::uint64_t room = max_records_ - drained_.size();
  const std::uint64_t count = std::min(used - consumed_, room);
  const bool whole = count == used - consumed_;
  const std::size_t before = drained_.size();
  drained_.resize(before + count);
  const std::uint64_t first = consumed_ & (capacity - 1);
  const std::uint64_t to_end = std::min(count, capacity - first);
  const auto* records = At<rt::Record>(layout_.records);
  CopyOnce(records + first, drained_.data() + before, to_end);
  CopyOnce(records, drained_.data() + before + to_end, count - to_end);
  consumed_ += count;
  // Release: the writer may reuse these places only after they were read.
  __atomic_store_n(&header()->consumed, consumed_, __ATOMIC_RELEASE);
  return whole;
}

std::string RecordingMap::HeaderDamage() const {
  const rt::Header* h = header();
  const auto same = [](const rt::Area& area, const rt::Area& want) {
    return LoadOnce(&area.offset) == want.offset && LoadOnce(&area.capacity) == want.capacity;
  };
  if (LoadOnce(&h->magic) != rt::kMagic || LoadOnce(&h->version) != rt::kVersion ||
      LoadOnce(&h->map_size) != layout_.map_size || !same(h->records, layout_.records) ||
      !same(h->stacks, layout_.stacks) || !same(h->blobs, layout_.blobs) ||
      !same(h->work, layout_.work) || !same(h->plan, layout_.plan) ||
      !same(h->trace, layout_.trace)) {
    return "the program wrote over the recording's header";
  }
  if (overrun_) return "the recording counts more events than were ever in it";
  return "";
}

Recording RecordingMap::Take() {
  const bool whole = Drain();
  const rt::Header* h = header();
  Recording recording;
  recording.damage = HeaderDamage();
  const auto used = [&recording](const rt::Area& area, const rt::Area& layout) {
    const std::uint64_t n = LoadOnce(&area.used);
    if (n <= layout.capacity) return n;
    if (recording.damage.empty())
      recording.damage = "an area of the recording holds more than fits";
    return std::uint64_t{0};
  };
  std::vector<std::uint64_t> words(used(h->stacks, layout_.stacks));
  CopyOnce(At<std::uint64_t>(layout_.stacks), words.data(), words.size());
  recording.stacks = StackTable(std::move(words));
  recording.blobs = CopyBytesOnce(At<char>(layout_.blobs), used(h->blobs, layout_.blobs));
  recording.work.resize(used(h->work, layout_.work));
  CopyOnce(At<rt::WorkEntry>(layout_.work), recording.work.data(), recording.work.size());

  const auto* plan = At<rt::Plan>(layout_.plan);
  for (std::uint32_t i = 0; i < deviation_count_; ++i) {
    recording.deviations_used.push_back(LoadOnce(&plan->deviations[i].used) != 0);
  }
  recording.trace.resize(used(h->trace, layout_.trace));
  CopyOnce(At<rt::TraceEntry>(layout_.trace), recording.trace.data(), recording.trace.size());
  recording.trace_flags = LoadOnce(&h->trace_flags);
  recording.world = world_;
  recording.truncated = LoadOnce(&h->truncated);
  if (!whole && !overrun_) recording.truncated |= kTruncatedRecords;
  recording.finished = LoadOnce(&h->finished) == 1;
  recording.start_wall_ns = LoadOnce(&h->start_wall_ns);
  recording.image_bias = LoadOnce(&h->image_bias);
  recording.library_bias = LoadOnce(&h->library_bias);
  recording.records = std::move(drained_);
  drained_.clear();
  return recording;
}

}  // namespace golab::lab
