#pragma once
// The memory in which a program leaves its evidence: a sealed memfd with the layout of
// runtime/event/record.h, shared with the program's process.
//
// The program can write anything at any time, also while the lab reads. So the lab uses its own
// copy of the layout, never the header's; reads every word exactly once, into memory that the
// program does not share; and only then looks at it.
//
// Thread safety: none; one thread uses a map.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lab/error.h"
#include "lab/recording/recording.h"
#include "runtime/event/record.h"

namespace golab::lab {

/// Capacity of each area.
struct RecordingSizes {
  std::uint64_t records = 1 << 15;      ///< rounded up to a power of two
  std::uint64_t stack_words = 1 << 15;  ///< 8 bytes each
  std::uint64_t blob_bytes = 1 << 20;
  std::uint64_t max_records = 1 << 22;  ///< most that Drain and Take hand out of one run
};

/// A step that was tried before: who takes it, and what it touches.
struct Sleeper {
  std::uint32_t thread = 0;
  std::vector<rt::PlannedAccess> accesses = {};
};

/// What the lab asks of one run (rt::Plan, without its fixed arrays).
struct RunPlan {
  rt::World world = rt::World::kVirtual;
  rt::Strategy strategy = rt::Strategy::kGoOrder;
  std::uint64_t seed = 0;
  std::uint64_t secret = 0;
  std::uint32_t quantum = 50'000;
  std::uint64_t virtual_limit_ns = 60'000'000'000;
  std::uint64_t rest_limit_ns = 2'000'000'000;
  std::uint32_t flags = 0;                     ///< rt::PlanFlag
  std::span<const rt::WorkEntry> work;         ///< what does not fit in kMaxWork is left out
  std::span<const rt::Deviation> deviations;   ///< likewise kMaxDeviations
  std::span<const std::uint8_t> choices = {};  ///< of a systematic run; at most kMaxChoices
  /// Steps that such a run is not to take again. Those that do not fit are left out, which costs
  /// runs but hides none.
  std::span<const Sleeper> sleepers = {};
};

class RecordingMap {
 public:
  [[nodiscard]] static Result<RecordingMap> Create(const RecordingSizes& sizes = {});

  RecordingMap(RecordingMap&& other) noexcept;
  RecordingMap& operator=(RecordingMap&& other) noexcept;
  RecordingMap(const RecordingMap&) = delete;
  RecordingMap& operator=(const RecordingMap&) = delete;
  ~RecordingMap();

  /// The memfd, close-on-exec; the program gets it as rt::kFdRecording. Owned by the map.
  int fd() const { return fd_; }

  std::size_t size() const { return size_; }

  /// Empties the map and writes the plan of the next run. Only while no process of a run lives.
  void Reset(const RunPlan& plan);

  /// Takes out what was recorded so far, so that the program can go on writing. May be called at
  /// any time during a run. False once the run has more than max_records: it can only be cut off.
  bool Drain();

  /// All that was drained of this run so far, for who shows it while it goes on. Until the next
  /// Drain.
  std::span<const rt::Record> drained() const { return drained_; }

  /// Copies out the whole run. Only after the program's end; the map needs Reset afterwards.
  [[nodiscard]] Recording Take();

 private:
  RecordingMap() = default;
  void Release();

  template <typename T>
  T* At(const rt::Area& area) const {
    return reinterpret_cast<T*>(base_ + area.offset);
  }

  std::string HeaderDamage() const;

  rt::Header* header() const { return reinterpret_cast<rt::Header*>(base_); }

  int fd_ = -1;
  std::byte* base_ = nullptr;  // the mapping, size_ bytes; shared with the program
  std::size_t size_ = 0;
  std::uint64_t max_records_ = 0;
  rt::Header layout_{};  // as written by Reset: offsets and capacities that are believed
  rt::World world_ = rt::World::kVirtual;
  std::uint32_t deviation_count_ = 0;
  std::uint64_t consumed_ = 0;
  bool overrun_ = false;  // `used` was not a possible value
  std::vector<rt::Record> drained_;
};

}  // namespace golab::lab
