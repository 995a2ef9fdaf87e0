#include "runtime/traceback/self_symbolizer.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "runtime/traceback/dump.h"
#include "runtime/traceback/dwarf_index.h"
#include "runtime/traceback/loaded_image.h"
#include "runtime/traceback/symbols_module.h"

// External, so that its name is the same in every build.
[[gnu::noinline]] void SelfSymbolizerTestTarget() {
  asm volatile("");
}

// Two calls deep, in the shape of a student's program.
[[gnu::noinline]] std::string SelfDumpInner() {
  using namespace golab::rt;
  const auto fp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  constexpr std::uintptr_t kSome = 256;  // the two callers, no more
  char memory[4096];
  MemorySink sink(memory, sizeof(memory));
  WriteStack(sink, {.fp = fp, .lo = fp, .hi = fp + kSome}, SelfSymbolizer::Get());
  const std::size_t size = sink.size();
  return {memory, size};
}

[[gnu::noinline]] std::string SelfDumpOuter() {
  std::string text = SelfDumpInner();
  asm volatile("");
  return text;
}

namespace golab::rt {
namespace {

std::uintptr_t Target() {
  return reinterpret_cast<std::uintptr_t>(&SelfSymbolizerTestTarget);
}

std::string NameOf(const SelfSymbolizer& symbols, std::uintptr_t pc) {
  Frame frames[kMaxFramesPerPc];
  const std::size_t count = symbols.Lookup(pc, frames, kMaxFramesPerPc);
  return count == 0 ? "" : frames[count - 1].function;
}

int TableFd(const std::string& bytes) {
  const int fd = memfd_create("table", 0);
  EXPECT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return fd;
}

TEST(SelfSymbolizer, MapsTheTableOfALoadedImage) {
  std::string bytes;
  std::string error;
  ASSERT_TRUE(BuildSymbolTable("/proc/self/exe", &bytes, &error)) << error;
  SelfSymbolizer symbols;
  EXPECT_EQ(NameOf(symbols, Target()), "");
  const int fd = TableFd(bytes);
  ASSERT_TRUE(symbols.AddTable(fd));
  close(fd);
  EXPECT_EQ(NameOf(symbols, Target()), "main.SelfSymbolizerTestTarget");
  Frame frame;
  ASSERT_EQ(symbols.Lookup(Target(), &frame, 1), 1U);
  EXPECT_EQ(frame.function_start, Target());
  EXPECT_TRUE(symbols.Prepare());  // nothing left to do
}

TEST(SelfSymbolizer, RefusesOtherTables) {
  std::string bytes;
  std::string error;
  ASSERT_TRUE(BuildSymbolTable("/proc/self/exe", &bytes, &error)) << error;
  SelfSymbolizer symbols;
  EXPECT_FALSE(symbols.AddTable(-1));
  EXPECT_FALSE(symbols.AddTable(TableFd("")));
  EXPECT_FALSE(symbols.AddTable(TableFd("no table")));
  bytes[16] = static_cast<char>(~bytes[16]);  // the build id of another image
  EXPECT_FALSE(symbols.AddTable(TableFd(bytes)));
  EXPECT_EQ(NameOf(symbols, Target()), "");
}

TEST(SelfSymbolizer, MakesItsOwnTable) {
  // The module lies beside golab's libraries; ctest says where that is.
  SelfSymbolizer symbols;
  ASSERT_TRUE(symbols.Prepare());
  EXPECT_EQ(NameOf(symbols, Target()), "main.SelfSymbolizerTestTarget");
}

TEST(SelfSymbolizer, NamesTheCallersOfARunningFunction) {
  ASSERT_TRUE(SelfSymbolizer::Get().Prepare());
  const std::string text = SelfDumpOuter();
  EXPECT_TRUE(text.starts_with("main.SelfDumpOuter()\n\t")) << text;
  EXPECT_NE(text.find("/runtime/traceback/self_symbolizer_test.cc:"), std::string::npos) << text;
  EXPECT_NE(text.find(" +0x"), std::string::npos) << text;
}

TEST(SelfSymbolizer, ModuleExportsOneFunctionThatCanFail) {
  void* module = dlopen(MODULE, RTLD_NOW);
  ASSERT_NE(module, nullptr) << dlerror();
  const auto build =
      reinterpret_cast<decltype(&golab_symbols_build)>(dlsym(module, "golab_symbols_build"));
  ASSERT_NE(build, nullptr);
  const void* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(build("/no/such/file", &data, &size), 0);
}

TEST(LoadedImage, ExecutableComesFirstAndHoldsThisTest) {
  LoadedImage first;
  VisitImages(
      [](const LoadedImage& image, void* context) noexcept {
        *static_cast<LoadedImage*>(context) = image;
        return true;
      },
      &first);
  EXPECT_TRUE(first.is_executable);
  EXPECT_GE(Target(), first.text_start);
  EXPECT_LT(Target(), first.text_end);
}

}  // namespace
}  // namespace golab::rt
