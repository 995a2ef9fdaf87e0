#include "runtime/traceback/loaded_image.h"

#include <elf.h>
#include <link.h>

namespace golab::rt {
namespace {

struct Visit {
  ImageVisitor visitor;
  void* context;
  bool is_first;
};

// Finds the GNU build id among the notes of a segment.
void ReadNotes(std::uintptr_t at, std::size_t size, LoadedImage* image) noexcept {
  constexpr std::size_t kAlign = 4;
  constexpr ElfW(Word) kGnuNameSize = 4;  // "GNU" and its NUL
  const auto padded = [](std::size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; };
  while (size >= sizeof(ElfW(Nhdr))) {
    const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
    const std::size_t name_size = padded(note->n_namesz);
    const std::size_t whole = sizeof(*note) + name_size + padded(note->n_descsz);
    if (whole > size) return;
    const auto* name = reinterpret_cast<const char*>(note + 1);
    const bool is_gnu = note->n_namesz == kGnuNameSize && name[0] == 'G' && name[1] == 'N' &&
                        name[2] == 'U' && name[3] == '\0';
    if (is_gnu && note->n_type == NT_GNU_BUILD_ID) {
      image->build_id = reinterpret_cast<const std::uint8_t*>(name + name_size);
      image->build_id_size = note->n_descsz;
      return;
    }
    at += whole;
    size -= whole;
  }
}

int OnImage(dl_phdr_info* info, std::size_t, void* data) noexcept {
  auto* visit = static_cast<Visit*>(data);
  LoadedImage image;
  image.path = info->dlpi_name != nullptr ? info->dlpi_name : "";
  image.bias = info->dlpi_addr;
  image.is_executable = visit->is_first;
  visit->is_first = false;
  for (ElfW(Half) i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    const std::uintptr_t start = image.bias + header.p_vaddr;
    if (header.p_type == PT_NOTE && image.build_id == nullptr) {
      ReadNotes(start, header.p_memsz, &image);
    }
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    if (image.text_end == 0 || start < image.text_start) image.text_start = start;
    if (start + header.p_memsz > image.text_end) image.text_end = start + header.p_memsz;
  }
  return visit->visitor(image, visit->context) ? 1 : 0;
}

}  // namespace

bool VisitImages(ImageVisitor visit, void* context) noexcept {
  Visit data{visit, context, true};
  return dl_iterate_phdr(&OnImage, &data) == 1;
}

}  // namespace golab::rt
