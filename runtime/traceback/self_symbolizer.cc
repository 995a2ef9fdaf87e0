#include "runtime/traceback/self_symbolizer.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/traceback/loaded_image.h"
#include "runtime/traceback/symbols_module.h"

extern "C" [[gnu::weak]] decltype(golab_symbols_build) golab_symbols_build;

namespace golab::rt {
namespace {

constexpr char kModule[] = "libgolab_symbols.so";
constexpr std::size_t kPathMax = 4096;

constinit SelfSymbolizer self;

std::uintptr_t OwnAddress() noexcept {
  return reinterpret_cast<std::uintptr_t>(&OwnAddress);
}

bool Holds(const LoadedImage& image, std::uintptr_t pc) noexcept {
  return pc >= image.text_start && pc < image.text_end;
}

// Where the loader found the image's file; the executable has no name there.
const char* FileOf(const LoadedImage& image) noexcept {
  if (!image.is_executable) return image.path;
  constexpr const char* kSelf = "/proc/self/exe";
  if (::access(kSelf, R_OK) == 0) return kSelf;  // absent in some sandboxes
  const auto name = ::getauxval(AT_EXECFN);
  return name != 0 ? reinterpret_cast<const char*>(name) : "";
}

// Copies the folder of `path` with its "/" and `name` into `out`. False if that is too long.
bool Beside(const char* path, const char* name, char* out) noexcept {
  std::size_t folder = 0;
  std::size_t length = 0;
  for (; path[length] != '\0'; ++length) {
    if (length + sizeof(kModule) >= kPathMax) return false;
    out[length] = path[length];
    if (path[length] == '/') folder = length + 1;
  }
  if (folder == 0) return false;
  std::size_t i = 0;
  for (; name[i] != '\0'; ++i) out[folder + i] = name[i];
  out[folder + i] = '\0';
  return true;
}

// Looks beside the runtime's own file, then where the run path and the system's folders say.
void* LoadModule() noexcept {
  char runtime_path[kPathMax] = "";
  VisitImages(
      [](const LoadedImage& image, void* context) noexcept {
        if (!Holds(image, OwnAddress())) return false;
        auto* path = static_cast<char*>(context);
        if (image.is_executable) {  // the link's target, since the module is beside that
          const ssize_t size = ::readlink("/proc/self/exe", path, kPathMax - 1);
          path[size > 0 ? size : 0] = '\0';
          return true;
        }
        std::size_t i = 0;
        for (; i + 1 < kPathMax && image.path[i] != '\0'; ++i) path[i] = image.path[i];
        path[i] = '\0';
        return true;
      },
      runtime_path);
  char beside[kPathMax];
  void* module = nullptr;
  if (Beside(runtime_path, kModule, beside)) module = ::dlopen(beside, RTLD_NOW | RTLD_LOCAL);
  return module != nullptr ? module : ::dlopen(kModule, RTLD_NOW | RTLD_LOCAL);
}

using Builder = decltype(&golab_symbols_build);

Builder FindBuilder() noexcept {
  if (golab_symbols_build != nullptr) return &golab_symbols_build;
  void* module = LoadModule();
  if (module == nullptr) return nullptr;
  return reinterpret_cast<Builder>(::dlsym(module, "golab_symbols_build"));
}

struct Wanted {
  const SymbolTable* table;
  std::uintptr_t bias;
};

bool SameBuild(const SymbolTable& table, const LoadedImage& image) noexcept {
  if (image.build_id_size != table.build_id_size()) return false;
  for (std::size_t i = 0; i < image.build_id_size; ++i) {
    if (image.build_id[i] != table.build_id()[i]) return false;
  }
  // Without build ids the text range has to do.
  return image.build_id_size != 0 || (image.text_start - image.bias == table.text_start() &&
                                      image.text_end - image.bias == table.text_end());
}

}  // namespace

SelfSymbolizer& SelfSymbolizer::Get() noexcept {
  return self;
}

bool SelfSymbolizer::AddTable(int fd) noexcept {
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || status.st_size <= 0) return false;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return false;
  SymbolTable table;
  Wanted wanted{&table, 0};
  const bool found = SymbolTable::Open(data, size, &table) &&
                     VisitImages(
                         [](const LoadedImage& image, void* context) noexcept {
                           auto* want = static_cast<Wanted*>(context);
                           want->bias = image.bias;
                           return SameBuild(*want->table, image);
                         },
                         &wanted);
  if (found && Add(table, wanted.bias)) return true;
  ::munmap(data, size);
  return false;
}

bool SelfSymbolizer::Add(const SymbolTable& table, std::uintptr_t bias) noexcept {
  const std::size_t index = count_.load(std::memory_order_relaxed);  // only this thread writes it
  if (index == kMaxImages) return false;
  images_[index] = {bias, table};
  count_.store(index + 1, std::memory_order_release);  // pairs with the acquire in Lookup
  return true;
}

bool SelfSymbolizer::Knows(std::uintptr_t pc) const noexcept {
  const std::size_t count = count_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uintptr_t image_pc = pc - images_[i].bias;
    const SymbolTable& table = images_[i].table;
    if (image_pc >= table.text_start() && image_pc < table.text_end()) return true;
  }
  return false;
}

namespace {

/// The executable and the image that holds the runtime; the same one if it is linked in.
struct OwnImages {
  LoadedImage images[2];
  std::size_t count = 0;
};

// Collected first: opening and building must not happen under the loader's lock.
OwnImages FindOwnImages() noexcept {
  OwnImages own;
  VisitImages(
      [](const LoadedImage& image, void* context) noexcept {
        auto* all = static_cast<OwnImages*>(context);
        if (image.is_executable || Holds(image, OwnAddress())) all->images[all->count++] = image;
        return all->count == 2;
      },
      &own);
  return own;
}

/// Opens the table beside an image; -1 if there is none.
int OpenSidecar(const LoadedImage& image) noexcept {
  static constexpr char kSuffix[] = ".symbols";
  char path[4096];
  ssize_t length = 0;
  if (image.is_executable) {
    length = ::readlink("/proc/self/exe", path, sizeof path - sizeof kSuffix);
  } else {
    while (image.path[length] != '\0' && length < static_cast<ssize_t>(sizeof path - sizeof kSuffix)) {
      path[length] = image.path[length];
      ++length;
    }
  }
  if (length <= 0) return -1;
  __builtin_memcpy(path + length, kSuffix, sizeof kSuffix);
  return ::open(path, O_RDONLY | O_CLOEXEC);
}

}  // namespace

void SelfSymbolizer::AddSidecars() noexcept {
  const OwnImages own = FindOwnImages();
  for (std::size_t i = 0; i < own.count; ++i) {
    if (Knows(own.images[i].text_start)) continue;
    const int fd = OpenSidecar(own.images[i]);
    if (fd < 0) continue;
    (void)AddTable(fd);
    ::close(fd);
  }
}

bool SelfSymbolizer::Prepare() noexcept {
  AddSidecars();
  const OwnImages collected = FindOwnImages();
  bool complete = true;
  Builder build = nullptr;
  for (std::size_t i = 0; i < collected.count; ++i) {
    const LoadedImage& image = collected.images[i];
    if (Knows(image.text_start)) continue;
    if (build == nullptr) build = FindBuilder();
    const void* data = nullptr;
    std::size_t size = 0;
    SymbolTable table;
    complete = build != nullptr && build(FileOf(image), &data, &size) != 0 &&
               SymbolTable::Open(data, size, &table) && SameBuild(table, image) &&
               Add(table, image.bias) && complete;
  }
  return complete;
}

std::size_t SelfSymbolizer::Lookup(std::uintptr_t pc, Frame* out, std::size_t max) const noexcept {
  const std::size_t count =
      count_.load(std::memory_order_acquire);  // pairs with the release in Add
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t frames = images_[i].table.Lookup(pc - images_[i].bias, out, max);
    for (std::size_t k = 0; k < frames; ++k) out[k].function_start += images_[i].bias;
    if (frames > 0) return frames;
  }
  return 0;
}

}  // namespace golab::rt
