#pragma once
// The ELF images of the running process, as the dynamic loader has them.

#include <cstddef>
#include <cstdint>

namespace golab::rt {

struct LoadedImage {
  const char* path = "";  ///< As loaded; "" for the executable.
  std::uintptr_t bias = 0;
  std::uintptr_t text_start = 0;  ///< In memory.
  std::uintptr_t text_end = 0;
  const std::uint8_t* build_id = nullptr;  ///< Null if the image has none.
  std::size_t build_id_size = 0;
  bool is_executable = false;
};

/// Called for each image, the executable first, until it returns true.
using ImageVisitor = bool (*)(const LoadedImage& image, void* context) noexcept;

/// True if a call returned true. Takes the loader's lock: not for signal handlers.
bool VisitImages(ImageVisitor visit, void* context) noexcept;

}  // namespace golab::rt
