#include "runtime/traceback/dump.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

constexpr FrameKind kPublic = FrameKind::kPublic;
constexpr FrameKind kRuntime = FrameKind::kRuntime;
constexpr FrameKind kStd = FrameKind::kStd;

/// Answers from a list. Keys are what is looked up: return addresses minus 1.
class FakeSymbols final : public Symbolizer {
 public:
  void Set(std::uintptr_t pc, std::vector<Frame> frames) { frames_[pc] = std::move(frames); }

  std::size_t Lookup(std::uintptr_t pc, Frame* out, std::size_t max) const noexcept override {
    const auto found = frames_.find(pc);
    if (found == frames_.end()) return 0;
    const std::size_t count = std::min(max, found->second.size());
    std::copy_n(found->second.begin(), count, out);
    return count;
  }

 private:
  std::map<std::uintptr_t, std::vector<Frame>> frames_;
};

Frame At(const char* function, const char* file, std::uint32_t line, std::uintptr_t start,
         FrameKind kind = FrameKind::kStudent) {
  return {.function = function, .file = file, .line = line, .function_start = start, .kind = kind};
}

Frame Inlined(Frame frame) {
  frame.inlined = true;
  return frame;
}

template <typename Write>
std::string Text(const Write& write) {
  std::string memory(1 << 20, '\0');
  MemorySink sink(memory.data(), memory.size());
  write(sink);
  memory.resize(sink.size());
  return memory;
}

std::string Dump(const GoroutineView& goroutine, const Symbolizer& symbols,
                 const DumpOptions& options = {}) {
  return Text([&](TextSink& sink) { WriteGoroutine(sink, goroutine, symbols, options); });
}

constexpr char kMain[] = "/src/zoo/main.go";

// go/t2-stack-all.txt, goroutine 8; arguments are what C++ does not have.
TEST(Dump, PrintsFramesAndCreatorAsGo) {
  FakeSymbols symbols;
  symbols.Set(0x1164, {At("time.Sleep", "$GOROOT/src/runtime/time.go", 338, 0x1000, kPublic)});
  symbols.Set(0x201c, {At("main.sleeper", kMain, 24, 0x2000)});
  symbols.Set(0x3084, {Inlined(At("golab.go", "go.h", 7, 0x3000, kRuntime)),
                       At("main.main", kMain, 89, 0x3000)});
  const std::uintptr_t pcs[] = {0x1165, 0x201d};
  GoroutineView goroutine{.id = 8, .reason = "sleep"};
  goroutine.stack = {.pcs = pcs, .pc_count = 2};
  goroutine.created_pc = 0x3085;
  goroutine.creator = 1;
  EXPECT_EQ(Dump(goroutine, symbols),
            "goroutine 8 [sleep]:\n"
            "time.Sleep()\n"
            "\t$GOROOT/src/runtime/time.go:338 +0x165\n"
            "main.sleeper()\n"
            "\t/src/zoo/main.go:24 +0x1d\n"
            "created by main.main in goroutine 1\n"
            "\t/src/zoo/main.go:89 +0x85\n");
}

// go/t5-creators.txt, goroutine 26.
TEST(Dump, InlinedFramesHaveDotsAndNoOffset) {
  FakeSymbols symbols;
  symbols.Set(0x1010, {Inlined(At("main.waitForever", "/src/t5var/main.go", 10, 0x1000)),
                       At("main.spawnB.func1", "/src/t5var/main.go", 22, 0x1000)});
  symbols.Set(0x2024, {At("main.spawnB", "/src/t5var/main.go", 21, 0x2000)});
  const std::uintptr_t pcs[] = {0x1011};
  GoroutineView goroutine{.id = 24, .reason = "chan receive"};
  goroutine.stack = {.pcs = pcs, .pc_count = 1};
  goroutine.created_pc = 0x2025;
  goroutine.creator = 1;
  EXPECT_EQ(Dump(goroutine, symbols),
            "goroutine 24 [chan receive]:\n"
            "main.waitForever(...)\n"
            "\t/src/t5var/main.go:10\n"
            "main.spawnB.func1()\n"
            "\t/src/t5var/main.go:22 +0x11\n"
            "created by main.spawnB in goroutine 1\n"
            "\t/src/t5var/main.go:21 +0x25\n");
}

// go/t2-minutes.txt and deadlock-sync.txt, "locked".
TEST(Dump, HeaderSaysAgeAndLock) {
  struct {
    unsigned minutes;
    bool locked;
    const char* want;
  } const cases[] = {
      {0, false, "goroutine 22 [select (no cases)]:\n"},
      {1, false, "goroutine 22 [select (no cases), 1 minutes]:\n"},
      {0, true, "goroutine 22 [select (no cases), locked to thread]:\n"},
      {2, true, "goroutine 22 [select (no cases), 2 minutes, locked to thread]:\n"},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    GoroutineView goroutine{.id = 22, .reason = "select (no cases)"};
    goroutine.minutes = c.minutes;
    goroutine.locked = c.locked;
    EXPECT_EQ(Dump(goroutine, NoSymbols()), c.want);
  }
}

TEST(Dump, HidesRuntimeAndStdUnlessFull) {
  FakeSymbols symbols;
  symbols.Set(0xf, {At("golab/rt.Park", "park.cc", 1, 0x1, kRuntime)});
  symbols.Set(0x1f, {At("std.(*function).Call", "std_function.h", 2, 0x11, kStd)});
  symbols.Set(0x2f, {Inlined(At("golab.(*Chan).Recv", "chan.h", 3, 0x21, kRuntime)),
                     At("main.main", "m.cc", 4, 0x21)});
  const std::uintptr_t pcs[] = {0x10, 0x20, 0x30};
  GoroutineView goroutine{.id = 1, .reason = "chan receive"};
  goroutine.stack = {.pcs = pcs, .pc_count = 3};
  EXPECT_EQ(Dump(goroutine, symbols), "goroutine 1 [chan receive]:\nmain.main()\n\tm.cc:4 +0xf\n");
  EXPECT_EQ(Dump(goroutine, symbols, {.full = true}),
            "goroutine 1 [chan receive]:\n"
            "golab/rt.Park()\n\tpark.cc:1 +0xf\n"
            "std.(*function).Call()\n\tstd_function.h:2 +0xf\n"
            "golab.(*Chan).Recv(...)\n\tchan.h:3\n"
            "main.main()\n\tm.cc:4 +0xf\n");
}

TEST(Dump, NeverRunShowsItsStart) {
  FakeSymbols symbols;
  symbols.Set(0x1000, {At("main.busy", kMain, 12, 0x1000)});
  GoroutineView goroutine{.id = 7, .reason = "runnable"};
  goroutine.never_ran = true;
  goroutine.start_pc = 0x1000;
  EXPECT_EQ(Dump(goroutine, symbols),
            "goroutine 7 [runnable]:\nmain.busy()\n\t/src/zoo/main.go:12\n");
}

TEST(Dump, UnknownAddressesStayReadable) {
  const std::uintptr_t pcs[] = {0x401234};
  GoroutineView goroutine{.id = 3, .reason = "running"};
  goroutine.stack = {.pc = 0x400000, .pcs = pcs, .pc_count = 1};
  goroutine.created_pc = 0x405678;
  EXPECT_EQ(Dump(goroutine, NoSymbols()),
            "goroutine 3 [running]:\n"
            "0x400000()\n\t?:0\n"
            "0x401234()\n\t?:0\n"
            "created by 0x405678\n\t?:0\n");
}

TEST(Dump, ExactPcIsNotAReturnAddress) {
  FakeSymbols symbols;
  symbols.Set(0x1000, {At("main.main", "m.cc", 4, 0x1000)});
  GoroutineView goroutine{.id = 1, .reason = "running"};
  goroutine.stack = {.pc = 0x1000};
  EXPECT_EQ(Dump(goroutine, symbols), "goroutine 1 [running]:\nmain.main()\n\tm.cc:4\n");
}

TEST(Dump, ColdPieceBeforeItsFunctionHasNoOffset) {
  FakeSymbols symbols;
  symbols.Set(0xfff, {At("main.main", "m.cc", 4, 0x2000)});
  const std::uintptr_t pcs[] = {0x1000};
  GoroutineView goroutine{.id = 1, .reason = "running"};
  goroutine.stack = {.pcs = pcs, .pc_count = 1};
  EXPECT_EQ(Dump(goroutine, symbols), "goroutine 1 [running]:\nmain.main()\n\tm.cc:4\n");
}

TEST(Dump, WalksTheStackAndSaysAddresses) {
  std::uintptr_t stack[8] = {};
  stack[0] = reinterpret_cast<std::uintptr_t>(&stack[4]);
  stack[1] = 0x1010;
  stack[5] = 0x1020;
  FakeSymbols symbols;
  symbols.Set(0x100f, {At("main.f", "m.cc", 4, 0x1000)});
  symbols.Set(0x101f, {At("main.g", "m.cc", 9, 0x1000)});
  GoroutineView goroutine{.id = 1, .reason = "running"};
  const auto low = reinterpret_cast<std::uintptr_t>(stack);
  goroutine.stack = {.fp = low, .lo = low, .hi = low + sizeof(stack)};
  EXPECT_EQ(Dump(goroutine, symbols),
            "goroutine 1 [running]:\nmain.f()\n\tm.cc:4 +0x10\nmain.g()\n\tm.cc:9 +0x20\n");
  const std::string full = Dump(goroutine, symbols, {.addresses = true});
  EXPECT_NE(full.find("m.cc:4 +0x10 fp=0x"), std::string::npos) << full;
  EXPECT_NE(full.find(" pc=0x1010\n"), std::string::npos) << full;
}

// go/panic-nested.txt, "in-defer": each panic's own frames below its panic(...) line.
TEST(Dump, PanicsAreSegmentsOfOneList) {
  FakeSymbols symbols;
  const auto set = [&](std::uintptr_t pc, const char* function, std::uint32_t line) {
    symbols.Set(pc - 1, {At(function, "/src/panics/main.go", line, pc - 0x25)});
  };
  set(0x1000, "main.init.func28.1", 64);
  set(0x2000, "main.init.func28", 65);
  set(0x3000, "main.main", 235);
  const std::uintptr_t deferred[] = {0x1000};
  const std::uintptr_t thrown[] = {0x2000, 0x3000};
  const Segment panics[] = {{.call = "panic(...)",
                             .location = "$GOROOT/src/runtime/panic.go:792 +0x132",
                             .frames = {.pcs = thrown, .pc_count = 2}}};
  GoroutineView goroutine{.id = 1, .reason = "running"};
  goroutine.stack = {.pcs = deferred, .pc_count = 1};
  goroutine.segments = panics;
  goroutine.segment_count = 1;
  EXPECT_EQ(Dump(goroutine, symbols),
            "goroutine 1 [running]:\n"
            "main.init.func28.1()\n"
            "\t/src/panics/main.go:64 +0x25\n"
            "panic(...)\n"
            "\t$GOROOT/src/runtime/panic.go:792 +0x132\n"
            "main.init.func28()\n"
            "\t/src/panics/main.go:65 +0x25\n"
            "main.main()\n"
            "\t/src/panics/main.go:235 +0x25\n");
}

// go/stack-overflow.txt: the innermost 50, the count of the rest, the outermost 50.
TEST(Dump, ElidesTheMiddleOfDeepStacks) {
  FakeSymbols symbols;
  symbols.Set(0x10, {Inlined(At("main.g", "m.cc", 8, 0)), At("main.g", "m.cc", 8, 0)});
  symbols.Set(0x20, {At("main.main", "m.cc", 16, 0)});
  symbols.Set(0x30, {At("golab/rt.Start", "g.cc", 1, 0, kRuntime)});
  for (const std::size_t calls : {49, 50, 51, 1000}) {
    SCOPED_TRACE(calls);
    std::vector<std::uintptr_t> pcs(calls, 0x11);
    pcs.push_back(0x21);
    pcs.push_back(0x31);  // hidden frames do not count
    GoroutineView goroutine{.id = 1, .reason = "running"};
    goroutine.stack = {.pcs = pcs.data(), .pc_count = pcs.size()};
    const std::string text = Dump(goroutine, symbols);

    const std::size_t frames = 2 * calls + 1;
    std::string want = "goroutine 1 [running]:\n";
    for (std::size_t i = 0; i < frames; ++i) {
      if (frames > 100 && i == 50) {
        want += "..." + std::to_string(frames - 100) + " frames elided...\n";
        i = frames - 50;
      }
      if (i + 1 == frames) {
        want += "main.main()\n\tm.cc:16 +0x21\n";
      } else {
        want += i % 2 == 0 ? "main.g(...)\n\tm.cc:8\n" : "main.g()\n\tm.cc:8 +0x11\n";
      }
    }
    EXPECT_EQ(text, want);
  }
}

TEST(Dump, CreatorIsTheFirstFrameOfTheProgram) {
  FakeSymbols symbols;
  symbols.Set(0xf, {Inlined(At("golab.go", "go.h", 7, 0, kRuntime)),
                    Inlined(At("main.spawn", "m.cc", 3, 0)), At("main.main", "m.cc", 9, 0)});
  Frame frame;
  ASSERT_TRUE(CreatorFrame(0x10, symbols, &frame));
  EXPECT_STREQ(frame.function, "main.spawn");
  EXPECT_FALSE(CreatorFrame(0x20, symbols, &frame));
}

}  // namespace
}  // namespace golab::rt
