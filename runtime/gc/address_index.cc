#include "runtime/gc/address_index.h"

#include <sys/mman.h>

#include "runtime/base/fault.h"

namespace golab::rt::gc {
namespace {

void* MapZeroes(std::size_t size) noexcept {
  void* map = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) Fatal("runtime: cannot allocate memory");
  return map;
}

}  // namespace

const AddressIndex::Page* AddressIndex::Find(std::uintptr_t page) const noexcept {
  const Page* const table = tables_[page >> (kTableBits - kPageBits)];
  return table == nullptr ? nullptr
                          : &table[page & ((std::uintptr_t{1} << (kTableBits - kPageBits)) - 1)];
}

AddressIndex::Page* AddressIndex::Make(std::uintptr_t page) noexcept {
  if (tables_ == nullptr) {
    tables_ = static_cast<Page**>(MapZeroes(sizeof(Page*) << (kAddressBits - kTableBits)));
  }
  Page*& table = tables_[page >> (kTableBits - kPageBits)];
  if (table == nullptr)
    table = static_cast<Page*>(MapZeroes(sizeof(Page) << (kTableBits - kPageBits)));
  return const_cast<Page*>(Find(page));
}

void AddressIndex::Add(const void* block, std::size_t size) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  const std::uintptr_t page = at >> kPageBits;
  const std::size_t granule = (at >> kGranuleBits) % (64 * kWords);
  Make(page)->begins[granule / 64] |= std::uint64_t{1} << granule % 64;
  if (page < first_page_) first_page_ = page;
  const std::uintptr_t last = (at + size - 1) >> kPageBits;
  if (last > last_page_) last_page_ = last;
  if (last - page > largest_pages_) largest_pages_ = last - page;
}

void AddressIndex::Remove(const void* block) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  const std::size_t granule = (at >> kGranuleBits) % (64 * kWords);
  Make(at >> kPageBits)->begins[granule / 64] &= ~(std::uint64_t{1} << granule % 64);
}

void* AddressIndex::Before(const void* address) const noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  std::uintptr_t page = at >> kPageBits;
  if (page < first_page_ || page > last_page_) return nullptr;
  std::size_t granule = (at >> kGranuleBits) % (64 * kWords);
  for (std::size_t back = 0;; ++back) {
    if (const Page* const p = Find(page)) {
      for (std::size_t w = granule / 64 + 1; w-- > 0; granule = w * 64 - 1) {
        const std::uint64_t here = p->begins[w] << (63 - granule % 64);
        if (here == 0) continue;
        const std::size_t found = granule - static_cast<std::size_t>(__builtin_clzll(here));
        return reinterpret_cast<void*>((page << kPageBits) + (found << kGranuleBits));
      }
    }
    if (back == largest_pages_ || page == first_page_) return nullptr;
    --page;
    granule = 64 * kWords - 1;
  }
}

}  // namespace golab::rt::gc
