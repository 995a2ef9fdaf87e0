#pragma once
// Which object holds an address: one bit for each 16 bytes of memory, set where an object's block
// begins. 32 bytes for each page that has objects, in tables of a GiB each, mapped when needed.
//
// Thread safety: the heap's lock.

#include <cstddef>
#include <cstdint>

namespace golab::rt::gc {

class AddressIndex {
 public:
  /// A block of `size` bytes begins at `block`, which is a multiple of 16.
  void Add(const void* block, std::size_t size) noexcept;
  void Remove(const void* block) noexcept;

  /// The last block that begins at `address` or before, near enough to hold it; null if there is
  /// none.
  void* Before(const void* address) const noexcept;

 private:
  static constexpr int kPageBits = 12;
  static constexpr int kGranuleBits = 4;
  static constexpr int kTableBits = 30;    // addresses of one table
  static constexpr int kAddressBits = 47;  // of a process
  static constexpr std::size_t kWords = (std::size_t{1} << (kPageBits - kGranuleBits)) / 64;

  struct Page {
    std::uint64_t begins[kWords];
  };

  const Page* Find(std::uintptr_t page) const noexcept;
  Page* Make(std::uintptr_t page) noexcept;

  Page** tables_ = nullptr;  // one for each GiB of addresses
  std::uintptr_t first_page_ = ~std::uintptr_t{0};
  std::uintptr_t last_page_ = 0;
  std::size_t largest_pages_ = 0;  // that any block ever reached into, besides its first
};

}  // namespace golab::rt::gc
