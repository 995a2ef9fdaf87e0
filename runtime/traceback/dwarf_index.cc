#include "runtime/traceback/dwarf_index.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <elfutils/libdw.h>

#include "runtime/traceback/dwarf_facts.h"
#include "runtime/traceback/elf_facts.h"
#include "runtime/traceback/image_facts.h"
#include "runtime/traceback/table_writer.h"

namespace golab::rt {
namespace {

// Tables hold 32-bit addresses and string offsets; an image of this size is no program of golab's.
constexpr std::uint64_t kMaxAddress = 0xffff0000;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}

  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }

 private:
  int fd_;
};

struct EndElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};

struct EndDwarf {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};

}  // namespace

bool BuildSymbolTable(const std::string& path, std::string* table, std::string* error) {
  const auto fail = [&](const char* why) {
    *error = "cannot read symbols of '" + path + "': " + why;
    return false;
  };
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail(std::strerror(errno));
  elf_version(EV_CURRENT);
  // Read, not mapped: a file that shrinks meanwhile must not be a SIGBUS.
  const std::unique_ptr<Elf, EndElf> elf(elf_begin(file.get(), ELF_C_READ, nullptr));
  if (elf == nullptr) return fail(elf_errmsg(-1));

  ImageFacts facts;
  if (!ReadElfFacts(elf.get(), &facts)) return fail("not an ELF executable or shared object");
  if (facts.text_end > kMaxAddress) return fail("its addresses need more than 32 bits");
  // Null without debug information: symbols alone still name functions.
  const std::unique_ptr<Dwarf, EndDwarf> dwarf(
      DebugStringsEnd(elf.get()) ? dwarf_begin_elf(elf.get(), DWARF_C_READ, nullptr) : nullptr);
  if (dwarf != nullptr) ReadDwarfFacts(dwarf.get(), &facts);
  AddSymbolPieces(&facts);
  *table = WriteTable(&facts);
  return true;
}

}  // namespace golab::rt
