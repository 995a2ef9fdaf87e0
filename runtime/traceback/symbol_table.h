#pragma once
// Reads a symbol table: sorted, position-independent bytes that say what each program counter of
// one image means. Made by dwarf_index.h, mapped read-only wherever names are needed.
//
// The bytes are hostile input: every offset and index is checked when it is used, so that a
// truncated or forged table gives wrong names, never a crash. Async-signal-safe: no allocation, no
// locks. Thread safety: const after Open; any thread may look up.

#include <cstddef>
#include <cstdint>

#include "runtime/traceback/frame.h"

namespace golab::rt {

class SymbolTable {
 public:
  static constexpr std::size_t kMaxBuildId = 32;

  /// Makes `table` read `size` bytes at `data`, which must outlive it and need no alignment.
  /// False (and `table` empty) if the bytes are no table of this version.
  [[nodiscard]] static bool Open(const void* data, std::size_t size, SymbolTable* table) noexcept;

  /// Frames at `image_pc` (an address as the ELF file has it, load bias subtracted), innermost
  /// first. Returns how many were written, at most `max`; 0 if the table does not know the address.
  std::size_t Lookup(std::uintptr_t image_pc, Frame* out, std::size_t max) const noexcept;

  bool IsOpen() const noexcept { return data_ != nullptr; }

  /// The image's GNU build id: how a table finds its image. Size 0 if the image has none.
  const std::uint8_t* build_id() const noexcept { return build_id_; }

  std::size_t build_id_size() const noexcept { return build_id_size_; }

  /// The image's executable addresses, image-relative: [text_start, text_end).
  std::uintptr_t text_start() const noexcept { return text_start_; }

  std::uintptr_t text_end() const noexcept { return text_end_; }

 private:
  struct Section {
    std::size_t offset = 0;
    std::uint32_t count = 0;
  };

  template <typename Record>
  bool Load(const Section& section, std::uint32_t index, Record* record) const noexcept;
  template <typename Record>
  bool LoadLast(const Section& section, std::uint32_t pc, Record* record) const noexcept;
  const char* String(std::uint32_t offset) const noexcept;
  bool FillFunction(std::uint32_t function, Frame* frame) const noexcept;

  const char* data_ = nullptr;
  Section ranges_;
  Section rows_;
  Section nodes_;
  Section functions_;
  Section strings_;
  std::uintptr_t text_start_ = 0;
  std::uintptr_t text_end_ = 0;
  std::size_t build_id_size_ = 0;
  std::uint8_t build_id_[kMaxBuildId] = {};
};

}  // namespace golab::rt
