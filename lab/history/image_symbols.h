#pragma once
// Symbols of a run: the symbol tables of the program's image and of the runtime's library, at the
// addresses where the run had them.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lab/history/history.h"
#include "runtime/traceback/symbol_table.h"

namespace golab::lab {

/// A symbol table (runtime/traceback/dwarf_index.h), and where its image was loaded.
struct LoadedImage {
  std::string table;  ///< bytes; empty or damaged: the image is unknown, addresses stay addresses
  std::uint64_t bias = 0;  ///< rt::Header::image_bias, library_bias
  std::shared_ptr<const std::string> shared = nullptr;  ///< in place of `table`, where many use it
};

class ImageSymbols final : public Symbols {
 public:
  /// `directory`: where the submission was compiled, absolute. Files below it are named relative to
  /// it, and only frames in them are the program's own; empty: every frame that is not golab's or
  /// std's is.
  ImageSymbols(std::vector<LoadedImage> images, std::string directory);

  std::vector<Frame> Lookup(std::uint64_t pc, bool exact) const override;

 private:
  struct Image {
    std::string bytes;  // what `table` reads, if not `shared`
    std::shared_ptr<const std::string> shared;
    rt::SymbolTable table;
    std::uint64_t bias = 0;
  };

  std::vector<Frame> Find(std::uint64_t exact_pc) const;
  Frame Convert(const rt::Frame& frame) const;

  std::vector<Image> images_;
  std::string directory_;                                                // ends in '/', or empty
  mutable std::unordered_map<std::uint64_t, std::vector<Frame>> cache_;  // by exact pc
};

}  // namespace golab::lab
