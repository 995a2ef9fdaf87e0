#include "lab/recording/recording.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace golab::lab {

StackTable::StackTable(std::vector<std::uint64_t> words) : words_(std::move(words)) {
  std::size_t at = 0;
  while (at < words_.size()) {
    if (words_.size() - at < 2) {
      damage_ = "the stack table ends within an entry";
      break;
    }
    const std::uint64_t id = words_[at];
    const std::uint64_t count = words_[at + 1];
    if (id == 0) {
      damage_ = "a stack has the id 0";
      break;
    }
    if (count > words_.size() - at - 2) {
      damage_ = "a stack is longer than the stack table";
      break;
    }
    entries_.push_back({id, at + 2, static_cast<std::size_t>(count)});
    at += 2 + static_cast<std::size_t>(count);
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.id, a.begin) < std::pair(b.id, b.begin);
  });
  // The runtime may write a stack twice, but it is the same then.
  const auto twin =
      std::adjacent_find(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
        return a.id == b.id && !std::ranges::equal(PcsOf(a), PcsOf(b));
      });
  if (twin != entries_.end() && damage_.empty()) damage_ = "two stacks have the same id";
}

const StackTable::Entry* StackTable::Find(std::uint64_t id) const {
  const auto it =
      std::lower_bound(entries_.begin(), entries_.end(), id,
                       [](const Entry& entry, std::uint64_t want) { return entry.id < want; });
  return it != entries_.end() && it->id == id ? &*it : nullptr;
}

std::span<const std::uint64_t> StackTable::Pcs(std::uint64_t id) const {
  const Entry* entry = Find(id);
  if (entry == nullptr) return {};
  return PcsOf(*entry);
}

std::span<const std::uint64_t> StackTable::PcsOf(const Entry& entry) const {
  return std::span(words_).subspan(entry.begin, entry.count);
}

bool Recording::BlobInRange(std::uint64_t arg) const {
  const rt::BlobRef ref = BlobRefOf(arg);
  return ref.offset <= blobs.size() && ref.size <= blobs.size() - ref.offset;
}

std::string_view Recording::Blob(std::uint64_t arg, std::size_t max) const {
  if (!BlobInRange(arg)) return {};
  const rt::BlobRef ref = BlobRefOf(arg);
  return std::string_view(blobs).substr(ref.offset, std::min<std::size_t>(ref.size, max));
}

rt::BlobRef BlobRefOf(std::uint64_t arg) {
  return std::bit_cast<rt::BlobRef>(arg);
}

std::uint64_t ArgOf(rt::BlobRef ref) {
  return std::bit_cast<std::uint64_t>(ref);
}

rt::PickArg PickArgOf(std::uint64_t arg) {
  return std::bit_cast<rt::PickArg>(arg);
}

std::uint64_t ArgOf(rt::PickArg pick) {
  return std::bit_cast<std::uint64_t>(pick);
}

}  // namespace golab::lab
