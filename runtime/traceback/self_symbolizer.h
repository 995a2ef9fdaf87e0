#pragma once
// Names for the running process: one symbol table an image (the executable, and libgolab.so where
// the runtime is shared). In a lab run the parent has made the tables and hands them over as
// descriptors; a program that runs alone makes them for itself, with libgolab_symbols.so, before
// anything crashes.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/traceback/frame.h"
#include "runtime/traceback/symbol_table.h"

namespace golab::rt {

/// Thread safety: AddTable and Prepare are called by one thread at a time, before or while others
/// look up. Lookup is async-signal-safe and sees each image wholly or not at all.
class SelfSymbolizer final : public Symbolizer {
 public:
  static constexpr std::size_t kMaxImages = 8;

  constexpr SelfSymbolizer() = default;

  /// The process's own. Never destroyed: a dump may come as late as it likes.
  static SelfSymbolizer& Get() noexcept;

  /// Maps the table in `fd` (which may be closed afterwards) for the loaded image with the same
  /// build id. False if it is no table, its image is not loaded, or there are kMaxImages already.
  [[nodiscard]] bool AddTable(int fd) noexcept;

  /// Adds the tables that lie beside the executable and beside the image that holds the runtime, as
  /// `FILE.symbols` (golab_make_symbols writes them when golab is built). Opens files.
  void AddSidecars() noexcept;

  /// Makes tables for the executable and for the image that holds the runtime, where none was
  /// added and none lies beside. Takes milliseconds (tens for a big image), allocates, opens files: never in a signal
  /// handler. Returns whether every such image now has names; without libgolab_symbols.so or debug
  /// files the others print as raw addresses.
  bool Prepare() noexcept;

  /// Async-signal-safe.
  std::size_t Lookup(std::uintptr_t pc, Frame* out, std::size_t max) const noexcept override;

  /// True once there is a table. Async-signal-safe.
  bool HasNames() const noexcept override { return count_.load(std::memory_order_acquire) > 0; }

 private:
  struct Image {
    std::uintptr_t bias = 0;
    SymbolTable table;
  };

  bool Add(const SymbolTable& table, std::uintptr_t bias) noexcept;
  bool Knows(std::uintptr_t pc) const noexcept;

  Image images_[kMaxImages] = {};
  std::atomic<std::size_t> count_ =
      0;  // release in Add publishes images_[count]; acquire in Lookup
};

}  // namespace golab::rt
