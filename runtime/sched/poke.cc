#include "runtime/sched/poke.h"

#include <cpuid.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>

#include "runtime/base/errno.h"
#include "runtime/base/fault.h"
#include "runtime/sched/monitor.h"
#include "runtime/sched/procs.h"
#include "runtime/sched/sched.h"
#include "runtime/traceback/loaded_image.h"
#include "runtime/world/world.h"

extern "C" {
void golab_preempt_entry();
void golab_preempted() noexcept;
std::uint64_t golab_xsave_size = 0;  // bytes that xsavec may write here, 0: no injected calls

// Pairs of offsets from the words themselves: code inlined into programs that must not be left half
// done (golab/sync.h). Made by the linker.
extern const std::int32_t golab_ranges_begin[] __asm__("__start_golab_ranges")
    __attribute__((weak, visibility("hidden")));
extern const std::int32_t golab_ranges_end[] __asm__("__stop_golab_ranges")
    __attribute__((weak, visibility("hidden")));
}

namespace golab::rt {
namespace {

#if GOLAB_ASAN || GOLAB_TSAN
constexpr bool kPokes = false;  // their own bookkeeping must not be interrupted by a switch
#else
constexpr bool kPokes = true;
#endif
constexpr std::size_t kStackLeft = 16 << 10;  // an injected call needs some 4 KiB, and calls on

struct Range {
  std::uintptr_t start;
  std::uintptr_t end;
};

/// The program's code, and what of it is the runtime's. Written once, then published.
struct CodeMap {
  Range text;            // the executable's code
  const Range* runtime;  // sorted; not to be interrupted
  std::size_t runtime_size;
  const Range* roots;  // the frames below every goroutine's own, sorted
  std::size_t roots_size;
};

constinit CodeMap code_map{};
constinit const CodeMap* published = nullptr;  // atomic

bool Holds(const Range* ranges, std::size_t n, std::uintptr_t pc) noexcept {
  std::size_t lo = 0;
  std::size_t hi = n;
  while (lo < hi) {
    const std::size_t mid = lo + (hi - lo) / 2;
    if (ranges[mid].end <= pc) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  return lo < n && pc >= ranges[lo].start;
}

bool IsOwn(const CodeMap& map, std::uintptr_t pc) noexcept {
  return pc >= map.text.start && pc < map.text.end && !Holds(map.runtime, map.runtime_size, pc);
}

bool IsRoot(const CodeMap& map, std::uintptr_t pc) noexcept {
  return Holds(map.roots, map.roots_size, pc);
}

/// Whether `pc` lies in a piece of inlined code of golab's.
bool IsHalfDone(std::uintptr_t pc) noexcept {
  for (const std::int32_t* at = golab_ranges_begin; at < golab_ranges_end; at += 2) {
    const auto start = reinterpret_cast<std::uintptr_t>(at) + static_cast<std::uintptr_t>(at[0]);
    const auto end = reinterpret_cast<std::uintptr_t>(at + 1) + static_cast<std::uintptr_t>(at[1]);
    if (pc >= start && pc < end) return true;
  }
  return false;
}

/// Whether a word at the top of the stack may be the return address of a function whose frame is
/// not yet, or no longer, in the chain of frame pointers: then its caller is not seen there.
bool HidesCaller(const CodeMap& map, std::uintptr_t word) noexcept {
  const bool here = word >= map.text.start && word < map.text.end;
  return here && !IsOwn(map, word) && !IsRoot(map, word);
}

struct Interrupted {
  std::uintptr_t pc;
  std::uintptr_t sp;
  std::uintptr_t fp;
};

Interrupted At(const ucontext_t* context) noexcept {
  const greg_t* r = context->uc_mcontext.gregs;
  return {static_cast<std::uintptr_t>(r[REG_RIP]), static_cast<std::uintptr_t>(r[REG_RSP]),
          static_cast<std::uintptr_t>(r[REG_RBP])};
}

/// Whether all of the goroutine's frames are the program's own, down to its root.
bool InOwnCode(const CodeMap& map, const G* g, const Interrupted& at) noexcept {
  const auto top = reinterpret_cast<std::uintptr_t>(g->stack_top);
  if (g->stack_top == nullptr || at.sp >= top || (at.sp & 7) != 0) return false;
  if (!IsOwn(map, at.pc) || IsHalfDone(at.pc)) return false;
  const auto* sp = reinterpret_cast<const std::uintptr_t*>(at.sp);
  if (HidesCaller(map, sp[0]) || HidesCaller(map, sp[1])) return false;
  std::uintptr_t fp = at.fp;
  std::uintptr_t below = at.sp;
  for (int depth = 0; depth < 200; ++depth) {
    if (fp < below || fp + 16 > top || (fp & 7) != 0) return false;
    const auto* frame = reinterpret_cast<const std::uintptr_t*>(fp);
    const std::uintptr_t back = frame[1];
    if (IsRoot(map, back)) return true;
    if (!IsOwn(map, back)) return false;
    below = fp + 16;
    fp = frame[0];
  }
  return false;
}

/// Makes the interrupted code call golab_preempt_entry.
void Inject(ucontext_t* context, const Interrupted& at) noexcept {
  constexpr std::uintptr_t kRedZone = 128;
  const std::uintptr_t sp = at.sp - kRedZone - sizeof at.pc;
  *reinterpret_cast<std::uintptr_t*>(sp) = at.pc;
  context->uc_mcontext.gregs[REG_RSP] = static_cast<greg_t>(sp);
  context->uc_mcontext.gregs[REG_RIP] =
      static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(&golab_preempt_entry));
}

void OnPoke(int /*signal*/, siginfo_t* /*info*/, void* raw) {
  const int error = errno;
  auto* context = static_cast<ucontext_t*>(raw);
  const CodeMap* map = __atomic_load_n(&published, __ATOMIC_ACQUIRE);
  P* p = arch::ThisP();
  G* g = map == nullptr || p == nullptr || p->entered != 0 ? nullptr : p->current;
  if (g != nullptr && StatusOf(g) == Status::kRunning) {
    const Interrupted at = At(context);
    // The goroutine is in its own code: it holds no lock of the runtime's, and none of the queues
    // is half changed. What a safe point does can be done here, on the signal's stack.
    if (InOwnCode(*map, g, at) && !SafePointOfSignal(p) && golab_xsave_size != 0) {
      const StackBounds bounds = BoundsOf(g->stack_top);
      if (at.sp - reinterpret_cast<std::uintptr_t>(bounds.lo) > kStackLeft) Inject(context, at);
    }
  }
  errno = error;
}

/// What xsavec needs here; 0 where the processor has none.
std::uint64_t XsaveSize() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(0xd, 1, &a, &b, &c, &d) == 0 || (a & 2) == 0) return 0;
  return b == 0 ? 0 : b + 64;
}

constexpr std::string_view kRoots[] = {
    "golab_goroutine_main",
    "golab_protected_call",
    "golab_entry",
    "_ZN5golab2rt10EndCurrentENS0_7EndKindE",
};

bool IsRootName(std::string_view name) noexcept {
  for (const std::string_view root : kRoots) {
    if (name == root) return true;
  }
  for (const std::string_view part : {"5golab2rt7RunRoot", "10RunClosureE", "10RunTheMainE"}) {
    if (name.find(part) != name.npos) return true;
  }
  return false;
}

/// golab's own functions, also those that its headers put into programs. But a closure's, which
/// holds what the compiler has inlined of the program's function.
bool IsRuntimeName(std::string_view name) noexcept {
  if (name.substr(0, 6) == "golab_") return true;
  for (const std::string_view prefix :
       {"_ZN5golab", "_ZNK5golab", "_ZZN5golab", "_ZZNK5golab", "_ZTh"}) {
    if (name.substr(0, prefix.size()) != prefix) continue;
    const bool closure = name.substr(0, 26) == "_ZN5golab2rt11ClosureTypeI" &&
                         name.substr(name.size() - 7) == "3RunEPv";
    return !closure;
  }
  return false;
}

class ExecutableFile {
 public:
  ExecutableFile() noexcept {
    const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    struct stat st {};

    if (fd < 0) return;
    if (fstat(fd, &st) == 0 && st.st_size > static_cast<off_t>(sizeof(Elf64_Ehdr))) {
      size_ = static_cast<std::size_t>(st.st_size);
      void* map = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
      data_ = map == MAP_FAILED ? nullptr : static_cast<const char*>(map);
    }
    close(fd);
  }

  ExecutableFile(const ExecutableFile&) = delete;
  ExecutableFile& operator=(const ExecutableFile&) = delete;

  ~ExecutableFile() {
    if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
  }

  /// `count` elements at `offset`; null if the file does not hold them.
  template <class T>
  const T* At(std::uint64_t offset, std::uint64_t count) const noexcept {
    if (data_ == nullptr || offset > size_ || count > (size_ - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(data_ + offset);
  }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

struct Symbols {
  const Elf64_Sym* first = nullptr;
  std::uint64_t count = 0;
  const char* names = nullptr;
  std::uint64_t names_size = 0;
};

Symbols FindSymbols(const ExecutableFile& file) noexcept {
  const auto* header = file.At<Elf64_Ehdr>(0, 1);
  if (header == nullptr || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return {};
  const auto* sections = file.At<Elf64_Shdr>(header->e_shoff, header->e_shnum);
  if (sections == nullptr) return {};
  for (std::uint32_t i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr& s = sections[i];
    if (s.sh_type != SHT_SYMTAB || s.sh_link >= header->e_shnum) continue;
    const Elf64_Shdr& names = sections[s.sh_link];
    Symbols found{file.At<Elf64_Sym>(s.sh_offset, s.sh_size / sizeof(Elf64_Sym)),
                  s.sh_size / sizeof(Elf64_Sym), file.At<char>(names.sh_offset, names.sh_size),
                  names.sh_size};
    if (found.first != nullptr && found.names != nullptr) return found;
  }
  return {};
}

/// Calls visit(Range, name) for each function of the table.
template <class Visit>
void ForEachFunction(const Symbols& symbols, std::uintptr_t bias, const Visit& visit) noexcept {
  for (std::uint64_t i = 0; i < symbols.count; ++i) {
    const Elf64_Sym& s = symbols.first[i];
    if (ELF64_ST_TYPE(s.st_info) != STT_FUNC || s.st_size == 0 || s.st_name >= symbols.names_size)
      continue;
    const char* name = symbols.names + s.st_name;
    visit(Range{bias + s.st_value, bias + s.st_value + s.st_size},
          std::string_view(name, strnlen(name, symbols.names_size - s.st_name)));
  }
}

}  // namespace

void InstallPokeHandler() noexcept {
  if (!kPokes) return;
  golab_xsave_size = XsaveSize();

  struct sigaction action {};

  action.sa_sigaction = &OnPoke;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&action.sa_mask);
  sigaction(kPokeSignal, &action, nullptr);
}

void PreparePokes() noexcept {
  const ExecutableFile file;
  const Symbols symbols = FindSymbols(file);
  LoadedImage image;
  VisitImages(
      [](const LoadedImage& first, void* to) noexcept {
        *static_cast<LoadedImage*>(to) = first;
        return true;  // the executable
      },
      &image);
  if (symbols.first == nullptr || image.text_start == 0) return;
  std::size_t runtime = 0;
  std::size_t roots = 0;
  ForEachFunction(symbols, image.bias, [&](Range, std::string_view name) {
    if (IsRootName(name)) ++roots;
    if (IsRuntimeName(name)) ++runtime;
  });
  auto* ranges = new (std::nothrow) Range[runtime + roots + 1];
  if (ranges == nullptr) return;
  code_map = CodeMap{{image.text_start, image.text_end}, ranges, 0, ranges + runtime, 0};
  ForEachFunction(symbols, image.bias, [&](Range range, std::string_view name) {
    if (IsRootName(name)) ranges[runtime + code_map.roots_size++] = range;
    if (IsRuntimeName(name)) ranges[code_map.runtime_size++] = range;
  });
  const auto by_start = [](const Range& a, const Range& b) { return a.start < b.start; };
  std::sort(ranges, ranges + runtime, by_start);
  std::sort(ranges + runtime, ranges + runtime + roots, by_start);
  // Release: the handler sees the map whole.
  __atomic_store_n(&published, &code_map, __ATOMIC_RELEASE);
}

}  // namespace golab::rt

/// On the goroutine's own stack, called by golab_preempt_entry.
void golab_preempted() noexcept {
  using namespace golab::rt;
  const int error = Errno();
  Yield(EventType::kPreempt);
  SetErrno(error);  // maybe another thread's
}
