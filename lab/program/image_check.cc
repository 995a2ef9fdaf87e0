#include "lab/program/image_check.h"

#include <cxxabi.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>

#include "lab/program/files.h"
#include "runtime/traceback/symbol_table.h"

namespace golab::lab {
namespace {

constexpr const char* kInterpreters[] = {"/lib64/ld-linux-x86-64.so.2",
                                         "/lib/ld-linux-aarch64.so.1"};

class ElfFile {
 public:
  static Result<std::unique_ptr<ElfFile>> Open(const std::string& path) {
    auto file = std::make_unique<ElfFile>();
    ::elf_version(EV_CURRENT);
    file->fd_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file->fd_.open()) return SystemFailure("cannot read '" + path + "'", errno);
    file->elf_ = ::elf_begin(file->fd_.get(), ELF_C_READ_MMAP, nullptr);
    if (file->elf_ == nullptr || ::elf_kind(file->elf_) != ELF_K_ELF) {
      return Failure({.what = "'" + path + "' is no ELF image"});
    }
    return file;
  }

  ElfFile() = default;
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  ~ElfFile() { ::elf_end(elf_); }

  struct Symbol {
    std::string name;
    GElf_Sym sym;
    bool versioned;  // its version is another library's: a copy of that library's variable

    bool defined() const { return sym.st_shndx != SHN_UNDEF; }

    int bind() const { return GELF_ST_BIND(sym.st_info); }

    int type() const { return GELF_ST_TYPE(sym.st_info); }
  };

  /// Of .symtab (SHT_SYMTAB) or .dynsym (SHT_DYNSYM).
  void EachSymbol(GElf_Word table, const std::function<void(const Symbol&)>& visit) const {
    Elf_Scn* section = Find(table);
    GElf_Shdr header;
    if (section == nullptr || ::gelf_getshdr(section, &header) == nullptr || header.sh_entsize == 0)
      return;
    Elf_Data* data = ::elf_getdata(section, nullptr);
    Elf_Scn* versions = table == SHT_DYNSYM ? Find(SHT_GNU_versym) : nullptr;
    Elf_Data* version_data = versions == nullptr ? nullptr : ::elf_getdata(versions, nullptr);
    const auto count = static_cast<int>(header.sh_size / header.sh_entsize);
    for (int i = 1; i < count; ++i) {
      Symbol symbol;
      if (::gelf_getsym(data, i, &symbol.sym) == nullptr) continue;
      const char* name = ::elf_strptr(elf_, header.sh_link, symbol.sym.st_name);
      symbol.name = name != nullptr ? name : "";
      GElf_Versym version = 0;
      symbol.versioned = version_data != nullptr &&
                         ::gelf_getversym(version_data, i, &version) != nullptr &&
                         (version & 0x7fff) > 1;
      visit(symbol);
    }
  }

  Elf_Scn* Find(GElf_Word type) const {
    for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf_, section)) != nullptr;) {
      GElf_Shdr header;
      if (::gelf_getshdr(section, &header) != nullptr && header.sh_type == type) return section;
    }
    return nullptr;
  }

  /// The program interpreter, empty if there is none.
  std::string Interpreter() const {
    std::size_t count = 0;
    ::elf_getphdrnum(elf_, &count);
    for (int i = 0; i < static_cast<int>(count); ++i) {
      GElf_Phdr header;
      if (::gelf_getphdr(elf_, i, &header) == nullptr || header.p_type != PT_INTERP) continue;
      std::size_t size = 0;
      const char* bytes = ::elf_rawfile(elf_, &size);
      if (bytes == nullptr || header.p_offset > size || header.p_filesz > size - header.p_offset)
        return "?";
      return std::string(bytes + header.p_offset,
                         ::strnlen(bytes + header.p_offset, header.p_filesz));
    }
    return "";
  }

 private:
  Fd fd_;
  Elf* elf_ = nullptr;
};

std::string Demangled(const std::string& name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text != nullptr ? text.get() : name;
}

bool IsMangled(const std::string& name) {
  return name.rfind("_Z", 0) == 0;
}

// golab::x, a member of it, its const member: what a program cannot define by accident.
bool IsInGolab(const std::string& name) {
  for (const char* prefix : {"_ZN5golab", "_ZNK5golab", "_ZNKR5golab", "_ZNR5golab"}) {
    if (name.rfind(prefix, 0) == 0) return true;
  }
  return false;
}

class Objections {
 public:
  explicit Objections(std::string_view symbols) {
    (void)rt::SymbolTable::Open(symbols.data(), symbols.size(), &table_);
  }

  void Add(const std::string& text) { texts_.insert("error: " + text); }

  void AddAt(const ElfFile::Symbol& symbol, const std::string& text) {
    rt::Frame frame;
    std::string place;
    if (table_.IsOpen() && table_.Lookup(symbol.sym.st_value, &frame, 1) == 1 &&
        *frame.file != '\0') {
      place = frame.file;
      place = place.substr(place.rfind('/') + 1) + ":" + std::to_string(frame.line) + ": ";
    }
    texts_.insert(place + "error: " + text);
  }

  bool Empty() const { return texts_.empty(); }

  std::vector<std::string> Take() { return {texts_.begin(), texts_.end()}; }

 private:
  rt::SymbolTable table_;
  std::set<std::string> texts_;
};

void CheckDefinitions(const ElfFile& image, Objections* objections) {
  image.EachSymbol(SHT_SYMTAB, [&](const ElfFile::Symbol& symbol) {
    if (!symbol.defined()) return;
    if (symbol.type() == STT_GNU_IFUNC) {
      objections->AddAt(symbol,
                        "'" + Demangled(symbol.name) +
                            "' is an indirect function (ifunc): it would be chosen before golab's "
                            "runtime starts; call an ordinary function");
      return;
    }
    if (symbol.bind() == STB_LOCAL) return;
    if (symbol.name == "main") {
      objections->AddAt(symbol,
                        "this file defines main(); golab's runtime has it, and calls what "
                        "GOLAB_MAIN() { ... } declares");
    }
    // Weak ones are what the compiler makes of golab's own templates.
    if (symbol.bind() == STB_GLOBAL && IsInGolab(symbol.name)) {
      objections->AddAt(symbol,
                        "'" + Demangled(symbol.name) +
                            "' is defined in namespace golab, which is the runtime's; give it "
                            "another name or namespace");
    }
  });
}

// A dynamic symbol that the image defines comes before every library's: it replaces theirs.
void CheckReplacements(const ElfFile& image, const ElfFile& library, Objections* objections) {
  std::set<std::string> taken;  // names that libgolab.so gives or needs
  library.EachSymbol(SHT_DYNSYM, [&](const ElfFile::Symbol& symbol) {
    const bool strong = symbol.defined() && symbol.bind() == STB_GLOBAL;
    if (strong || (!symbol.defined() && !IsMangled(symbol.name))) taken.insert(symbol.name);
  });
  image.EachSymbol(SHT_DYNSYM, [&](const ElfFile::Symbol& symbol) {
    if (!symbol.defined() || symbol.versioned || taken.count(symbol.name) == 0) return;
    if (symbol.name == "main" || IsInGolab(symbol.name)) {
      if (symbol.bind() == STB_WEAK && IsInGolab(symbol.name)) {
        objections->AddAt(symbol, "'" + Demangled(symbol.name) +
                                      "' replaces the runtime's function of that "
                                      "name; give it another name or namespace");
      }
      return;
    }
    objections->AddAt(symbol, "'" + Demangled(symbol.name) +
                                  "' replaces the C library's of that name for the "
                                  "whole program; make it static, or put it in a namespace");
  });
}

bool IsRegistration(const std::string& name) {
  return name.rfind("_ZN5golab2rt12Register", 0) == 0 ||
         name.rfind("_ZN5golab2rt16RegisterTestMain", 0) == 0;
}

// GOLAB_MAIN, GOLAB_TEST and GOLAB_TEST_MAIN register with the runtime, which has nothing to run
// else.
void CheckHasProgram(const ElfFile& image, const ElfFile& library, Objections* objections) {
  bool offered = false;
  library.EachSymbol(SHT_DYNSYM, [&](const ElfFile::Symbol& symbol) {
    offered = offered || (symbol.defined() && IsRegistration(symbol.name));
  });
  bool used = false;
  image.EachSymbol(SHT_DYNSYM, [&](const ElfFile::Symbol& symbol) {
    used = used || (!symbol.defined() && IsRegistration(symbol.name));
  });
  if (offered && !used) {
    objections->Add("no file has a GOLAB_MAIN() { ... }: there is nothing to run");
  }
}

}  // namespace

Result<std::vector<std::string>> CheckImage(const std::string& image_path,
                                            const std::string& library_path,
                                            std::string_view symbols) {
  auto image = ElfFile::Open(image_path);
  if (!image) return tl::unexpected(image.error());
  auto library = ElfFile::Open(library_path);
  if (!library) return tl::unexpected(library.error());
  Objections objections(symbols);
  CheckDefinitions(**image, &objections);
  CheckReplacements(**image, **library, &objections);
  if (objections.Empty()) CheckHasProgram(**image, **library, &objections);
  if ((*image)->Find(SHT_PREINIT_ARRAY) != nullptr) {
    objections.Add(
        "the submission has a .preinit_array section: code that would run before golab's runtime; "
        "do it in GOLAB_MAIN()");
  }
  const std::string interpreter = (*image)->Interpreter();
  if (std::none_of(std::begin(kInterpreters), std::end(kInterpreters),
                   [&](const char* known) { return interpreter == known; })) {
    objections.Add("the submission names a program interpreter of its own (.interp section)");
  }
  return objections.Take();
}

}  // namespace golab::lab
