#pragma once
// FlatTable: values by a number that is not 0, in one array. A look-up costs a few nanoseconds,
// where std::unordered_map's costs twenty: one is made for each event of a trace.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace golab::rt {

/// Value is default constructible. References last until the next Insert or Erase.
template <class Value>
class FlatTable {
 public:
  Value* Find(std::uint64_t key) noexcept {
    for (std::size_t i = Home(key);; i = Next(i)) {
      if (slots_[i].key == key) return &slots_[i].value;
      if (slots_[i].key == 0) return nullptr;
    }
  }

  /// The value of `key`, made if there is none. `key` is not 0.
  Value& Insert(std::uint64_t key) {
    if (Value* found = Find(key)) return *found;
    if ((size_ + 1) * 4 > slots_.size() * 3) Grow();
    ++size_;
    return Place(key);
  }

  void Erase(std::uint64_t key) noexcept {
    std::size_t hole = Home(key);
    while (slots_[hole].key != key) {
      if (slots_[hole].key == 0) return;
      hole = Next(hole);
    }
    // Those behind move up, unless that would put one before its home.
    for (std::size_t i = Next(hole); slots_[i].key != 0; i = Next(i)) {
      const std::size_t home = Home(slots_[i].key);
      const std::size_t distance = (i - home) & (slots_.size() - 1);
      if (distance < ((i - hole) & (slots_.size() - 1))) continue;
      slots_[hole] = std::move(slots_[i]);
      hole = i;
    }
    slots_[hole] = Slot{};
    --size_;
  }

  template <class Visit>
  void ForEach(Visit&& visit) {
    for (Slot& slot : slots_) {
      if (slot.key != 0) visit(slot.key, slot.value);
    }
  }

  std::size_t size() const noexcept { return size_; }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
  };

  std::size_t Home(std::uint64_t key) const noexcept {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> 32) & (slots_.size() - 1);
  }

  std::size_t Next(std::size_t i) const noexcept { return (i + 1) & (slots_.size() - 1); }

  Value& Place(std::uint64_t key) noexcept {
    std::size_t i = Home(key);
    while (slots_[i].key != 0) i = Next(i);
    slots_[i].key = key;
    return slots_[i].value;
  }

  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.key != 0) Place(slot.key) = std::move(slot.value);
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);
  std::size_t size_ = 0;
};

}  // namespace golab::rt
