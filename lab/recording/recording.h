#pragma once
// All evidence of one run, owned: what a RecordingMap copied out of the memory that it shares with
// the program. Nothing here is believed yet: Validate (validator.h) decides whether it can be a
// history.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/event/record.h"

namespace golab::lab {

/// The stacks of a recording, by id. Parsed once, bounds-checked; the words are copied.
class StackTable {
 public:
  StackTable() = default;
  /// Parses {id, n, pc 0 .. pc n-1} one after another. What follows a damaged entry is left out.
  explicit StackTable(std::vector<std::uint64_t> words);

  bool Has(std::uint64_t id) const { return Find(id) != nullptr; }

  /// Innermost first; empty if the id is unknown.
  std::span<const std::uint64_t> Pcs(std::uint64_t id) const;

  std::size_t size() const { return entries_.size(); }

  /// What is wrong with the table, in words; empty if nothing is.
  std::string_view damage() const { return damage_; }

 private:
  struct Entry {
    std::uint64_t id;
    std::size_t begin;  ///< of the pcs, in words_
    std::size_t count;
  };

  const Entry* Find(std::uint64_t id) const;
  std::span<const std::uint64_t> PcsOf(const Entry& entry) const;

  std::vector<std::uint64_t> words_;
  std::vector<Entry> entries_;  // sorted by id
  std::string_view damage_;     // a literal
};

/// Bits of Header::truncated.
enum TruncatedBit : std::uint32_t {
  kTruncatedRecords = 1,
  kTruncatedStacks = 2,
  kTruncatedBlobs = 4,
  kTruncatedWork = 8,
};

struct Recording {
  std::vector<rt::Record> records;
  StackTable stacks;
  std::string blobs;
  std::vector<rt::WorkEntry> work;
  std::vector<rt::TraceEntry> trace;  ///< see ReadTrace
  std::uint32_t trace_flags = 0;      ///< rt::TraceFlag
  std::vector<bool> deviations_used;  ///< one for each deviation of the plan
  rt::World world = rt::World::kVirtual;
  std::uint32_t truncated = 0;  ///< TruncatedBit
  bool finished = false;        ///< the runtime ended the run itself
  std::uint64_t start_wall_ns = 0;
  std::uint64_t image_bias = 0;
  std::uint64_t library_bias = 0;
  std::string damage;  ///< the program overwrote what only the lab may write; empty if not

  /// The text of a BlobRef, at most `max` bytes; empty if it lies outside the area.
  std::string_view Blob(std::uint64_t arg, std::size_t max = 1 << 16) const;
  bool BlobInRange(std::uint64_t arg) const;
};

/// The fields of an output event.
struct OutputRange {
  std::uint32_t begin;
  std::uint32_t end;
};

inline OutputRange OutputRangeOf(const rt::Record& record) {
  return {static_cast<std::uint32_t>(record.arg >> 32), static_cast<std::uint32_t>(record.arg)};
}

/// A text in the blob area, as Record::arg stores it.
rt::BlobRef BlobRefOf(std::uint64_t arg);
std::uint64_t ArgOf(rt::BlobRef ref);
rt::PickArg PickArgOf(std::uint64_t arg);
std::uint64_t ArgOf(rt::PickArg pick);

}  // namespace golab::lab
