// Profiles as programs write them: Go's texts, counts that agree with NumGoroutine, one instant in
// the virtual world.

#include "golab/pprof.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

using namespace golab;  // what is golab's would be hidden in dumps

namespace {

std::string Written(const char* name, int debug) {
  std::string text;
  const Error err = pprof::Lookup(name).WriteTo(
      [&text](const char* data, std::size_t size) { text.append(data, size); }, debug);
  EXPECT_FALSE(err) << std::string(err ? err.Text() : "");
  return text;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Addresses, offsets and lines of the text are N.
std::string WithoutNumbers(const std::string& text) {
  std::string out = std::regex_replace(text, std::regex("0x[0-9a-f]+"), "N");
  out = std::regex_replace(out, std::regex("( N)+"), " N");
  return std::regex_replace(out, std::regex("[^\t ]*/pprof_test.cc:[0-9]+"), "FILE:N");
}

std::size_t Count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

void WaitForever(const Chan<int>& never) {
  never.Recv();
}

GO_TEST(GoroutineText, IsGosForTheSameProgram) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 100; ++i) go(WaitForever, never);
  time::Sleep(time::Second);
  const std::string text = WithoutNumbers(Written("goroutine", 1));
  // go/pprof-goroutine-debug1.txt: the same group of the same program, its first lines.
  const std::string go_begins =
      "goroutine profile: total 101\n"
      "100 @ N\n"
      "#\tN\tmain.WaitForever+N\tFILE:N\n"
      "\n"
      "1 @ N\n"
      "#\tN\truntime/pprof.(*Profile).WriteTo+N\t";
  EXPECT_EQ(text.substr(0, go_begins.size()), go_begins) << text;
  EXPECT_EQ(text.substr(text.size() - 2), "\n\n");
}

GO_TEST(GoroutineText, ColumnsEndAtTabStopsThatFitAll) {
  for (const std::string& block : {Written("goroutine", 1)}) {
    std::vector<std::size_t> ends;
    for (const std::string& line : Lines(block)) {
      if (line.rfind("#\t", 0) != 0) {
        ends.clear();
        continue;
      }
      std::size_t column = 0;
      std::vector<std::size_t> starts;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\t') {
          ++column;
        } else {
          column = column / 8 * 8 + 8;
          if (i + 1 < line.size() && line[i + 1] != '\t') starts.push_back(column);
        }
      }
      if (!ends.empty()) {
        EXPECT_EQ(starts, ends) << block;
      }
      ends = starts;
    }
  }
}

GO_TEST(GoroutineText, OneThatNeverRanShowsWhereItBegins) {
  Chan<int> never = MakeChan<int>();
  go(WaitForever, never);
  const std::string text = WithoutNumbers(Written("goroutine", 1));
  EXPECT_NE(text.find("1 @ N\n#\tN\tmain.WaitForever+N\tFILE:N\n"), std::string::npos) << text;
  const std::string dump = Written("goroutine", 2);
  EXPECT_NE(dump.find("[runnable]:\nmain.WaitForever()\n"), std::string::npos) << dump;
}

/// What a line of a dump may be: Go's forms, in the narrower one that panicparse and gostackparse
/// both take (but for file names, which end in .cc).
bool IsDumpLine(const std::string& line) {
  static const std::regex forms[] = {
      std::regex(R"(goroutine [0-9]+ \[[a-zA-Z. ()]+(, [0-9]+ minutes)?(, locked to thread)?\]:)"),
      std::regex(R"([^()%+ "]+(\(\*[^()% "]+\)[^()%+ "]*)?\((\.\.\.)?\))"),
      std::regex(R"(	[^ 	]+:[0-9]+( \+0x[0-9a-f]+)?)"),
      std::regex(R"(created by [^ ]+( in goroutine [0-9]+)?)"),
      std::regex(R"(	goroutine running on other thread; stack unavailable)"),
      std::regex(R"(\.\.\.[0-9]+ frames elided\.\.\.)"),
      std::regex(""),
  };
  return std::any_of(std::begin(forms), std::end(forms),
                     [&](const std::regex& form) { return std::regex_match(line, form); });
}

void Deep(int depth, const Chan<int>& never) {
  if (depth == 0) {
    never.Recv();
  } else {
    Deep(depth - 1, never);
  }
}

GO_TEST(Dump, HasGosForms) {
  Chan<int> never = MakeChan<int>();
  go(WaitForever, never);
  go(Deep, 200, never);
  go([=] {
    runtime::LockOSThread();
    Select(Recv(never), Recv(never));
  });
  go([] { time::Sleep(time::Hour); });
  go([] {
    sync::Mutex mu;
    mu.Lock();
    mu.Lock();
  });
  time::Sleep(time::Second);
  go(WaitForever, never);
  const std::string dump = Written("goroutine", 2);
  for (const std::string& line : Lines(dump)) EXPECT_TRUE(IsDumpLine(line)) << line;
  EXPECT_EQ(dump.rfind("goroutine 1 [running]:\n", 0), 0u) << dump;
  EXPECT_EQ(Count(dump, "goroutine "), 7u + 6u) << dump;  // 7 headers, 6 "in goroutine 1"
  EXPECT_EQ(Count(dump, "\n\ngoroutine "), 6u) << dump;   // an empty line before each but the first
  EXPECT_NE(dump.find(" [select, locked to thread]:\n"), std::string::npos) << dump;
  EXPECT_EQ(Count(dump, " frames elided...\n"), 1u) << dump;
}

GO_TEST(Dump, IsWhatStackSays) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 20; ++i)
    go(
        i % 2 == 0 ? [](const Chan<int>& c) { WaitForever(c); }
                   : [](const Chan<int>& c) { c.Send(1); },
        never);
  go([] { time::Sleep(time::Hour); });
  time::Sleep(time::Second);
  // From the second goroutine on; the first one is here and there in different lines.
  const auto others = [](const std::string& dump) { return dump.substr(dump.find("\n\n")); };
  EXPECT_EQ(others(Written("goroutine", 2)), others(runtime::Stack(true)));
}

GO_TEST(Profiles, CountAsNumGoroutineDoes) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 7; ++i) go(WaitForever, never);
  EXPECT_EQ(pprof::Lookup("goroutine").Count(), 8);
  EXPECT_EQ(runtime::NumGoroutine(), 8);
  EXPECT_EQ(Written("goroutine", 1).rfind("goroutine profile: total 8\n", 0), 0u);
  EXPECT_EQ(Count(Written("goroutine", 2), "goroutine "), 8u + 7u);
}

GO_TEST(Profiles, AreGosByName) {
  std::string names;
  for (const pprof::Profile& profile : pprof::Profiles())
    names += std::string(profile.Name()) + " ";
  EXPECT_EQ(names, "allocs block goroutine heap mutex threadcreate ");
  EXPECT_TRUE(pprof::Lookup("nothing") == nullptr);
  EXPECT_EQ(Written("threadcreate", 1), "threadcreate profile: total 1\n1 @\n#\t0x0\n\n");
}

/// What a panic in f says.
template <class F>
std::string Panics(const F& f) {
  std::string said;
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) said = p.Text();
    });
    f();
  });
  return said;
}

GO_TEST(OwnProfile, HasWhatIsAddedUntilItIsRemoved) {
  const pprof::Profile p = pprof::NewProfile("test.handles");
  EXPECT_EQ(p.Count(), 0);
  for (int i = 0; i < 3; ++i) p.Add(i, 0);
  p.Add("text", 0);
  EXPECT_EQ(p.Count(), 4);
  EXPECT_EQ(Panics([&] { p.Add(2, 0); }), "pprof: Profile.Add of duplicate value");
  p.Remove(1);
  p.Remove(1);
  EXPECT_EQ(p.Count(), 3);
  const std::string text = WithoutNumbers(Written("test.handles", 1));
  EXPECT_EQ(text.rfind("test.handles profile: total 3\n2 @ N\n#\tN\tmain.", 0), 0u) << text;
  EXPECT_TRUE(pprof::Lookup("test.handles") == p);
}

GO_TEST(OwnProfile, RefusesAsGoDoes) {
  EXPECT_EQ(Panics([] { pprof::NewProfile(""); }), "pprof: NewProfile with empty name");
  EXPECT_EQ(Panics([] { pprof::NewProfile("heap"); }),
            "pprof: NewProfile name already in use: heap");
  EXPECT_EQ(Panics([] { pprof::Lookup("heap").Add(1, 0); }),
            "pprof: Add called on built-in Profile heap");
  EXPECT_EQ(Panics([] { (void)pprof::Lookup("nothing").Count(); }),
            "runtime error: invalid memory address or nil pointer dereference");
}

GO_TEST(Writer, GetsSmallPiecesAndItsErrorBack) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 2000; ++i) go(WaitForever, never);
  time::Sleep(time::Second);
  std::size_t most = 0;
  std::size_t pieces = 0;
  const auto measure = [&](const char*, std::size_t size) {
    most = std::max(most, size);
    ++pieces;
  };
  EXPECT_FALSE(pprof::Lookup("goroutine").WriteTo(measure, 2));
  EXPECT_EQ(most, 32u << 10);
  EXPECT_GT(pieces, 2u);

  int calls = 0;
  const auto fail = [&](const char*, std::size_t) -> Error {
    ++calls;
    return errors::New("full");
  };
  for (int debug = 0; debug <= 2; ++debug)
    EXPECT_EQ(pprof::Lookup("goroutine").WriteTo(fail, debug).Text(), "full");
  EXPECT_EQ(calls, 3);
}

GO_TEST(Writer, SeesOneInstantInTheVirtualWorld) {
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 3000; ++i) go(WaitForever, never);
  time::Sleep(time::Second);
  bool more = false;
  std::string text;
  const auto slow = [&](const char* data, std::size_t size) {
    if (!more) go(WaitForever, never);  // after the walk: it is not in it
    more = true;
    time::Sleep(time::Second);
    text.append(data, size);
  };
  EXPECT_FALSE(pprof::Lookup("goroutine").WriteTo(slow, 2));
  EXPECT_EQ(Count(text, "\n\ngoroutine "), 3000u);
}

GO_TEST(Labels, AreShownAndInherited) {
  Chan<int> never = MakeChan<int>();
  const context::Context background = context::Background();
  pprof::Do(background, pprof::Labels("lesson", "leak", "by", "\"me\""), [&](context::Context ctx) {
    go(WaitForever, never);
    EXPECT_EQ(pprof::Label(ctx, "lesson").value, "leak");
    EXPECT_FALSE(pprof::Label(ctx, "none").ok);
    pprof::Do(ctx, pprof::Labels("lesson", "inner"),
              [&](const context::Context&) { go(WaitForever, never); });
    std::string all;
    pprof::ForLabels(ctx, [&](String key, String value) {
      all += std::string(key) + "=" + std::string(value) + " ";
      return true;
    });
    EXPECT_EQ(all, "by=\"me\" lesson=leak ");
    const std::string text = Written("goroutine", 1);
    EXPECT_EQ(Count(text, "# labels: {\"by\":\"\\\"me\\\"\", \"lesson\":\"leak\"}\n"), 2u) << text;
    EXPECT_EQ(Count(text, "# labels: {\"by\":\"\\\"me\\\"\", \"lesson\":\"inner\"}\n"), 1u) << text;
  });
  go(WaitForever, never);
  time::Sleep(time::Second);
  EXPECT_EQ(Count(Written("goroutine", 1), "# labels: "), 2u);
  EXPECT_EQ(Panics([] { pprof::Labels("odd"); }), "uneven number of arguments to pprof.Labels");
}

GO_TEST(Labels, EndWithTheirGoroutine) {
  pprof::Do(context::Background(), pprof::Labels("a", "b"), [](const context::Context&) {
    sync::WaitGroup wg;
    for (int i = 0; i < 100; ++i) {
      wg.Add(1);
      go([&] { wg.Done(); });
    }
    wg.Wait();
  });
  Chan<int> never = MakeChan<int>();
  for (int i = 0; i < 100; ++i) go(WaitForever, never);  // in the same places
  EXPECT_EQ(Count(Written("goroutine", 1), "# labels: "), 0u);
}

GO_TEST(Block, RecordsHowLongWhoWaited) {
  runtime::SetBlockProfileRate(1);
  Chan<int> c = MakeChan<int>();
  go([=] {
    time::Sleep(3 * time::Second);
    c.Send(1);
  });
  c.Recv();
  runtime::SetBlockProfileRate(0);
  go([=] { c.Send(1); });
  c.Recv();
  const std::string text = Written("block", 1);
  EXPECT_EQ(text.rfind("--- contention:\ncycles/second=1000000000\n3000000000 1 @ 0x", 0), 0u)
      << text;
  EXPECT_EQ(pprof::Lookup("block").Count(), 1);
  EXPECT_NE(text.find("main.Block_RecordsHowLongWhoWaited_Body+0x"), std::string::npos) << text;
}

GO_TEST(Block, LeavesOutSleeps) {
  runtime::SetBlockProfileRate(1);
  time::Sleep(time::Second);
  EXPECT_EQ(pprof::Lookup("block").Count(), 0);
}

void Hold(sync::Mutex& mu) {
  mu.Lock();
  time::Sleep(2 * time::Second);
  mu.Unlock();
}

GO_TEST(Mutex, RecordsWhoKeptOthersWaiting) {
  EXPECT_EQ(runtime::SetMutexProfileFraction(1), 0);
  EXPECT_EQ(runtime::SetMutexProfileFraction(-1), 1);
  sync::Mutex mu;
  sync::WaitGroup wg;
  wg.Add(1);
  go([&] {
    Hold(mu);
    wg.Done();
  });
  time::Sleep(time::Second);
  mu.Lock();
  mu.Unlock();
  wg.Wait();
  const std::string text = Written("mutex", 1);
  EXPECT_EQ(
      text.rfind("--- mutex:\ncycles/second=1000000000\nsampling period=1\n1000000000 1 @ ", 0), 0u)
      << text;
  EXPECT_NE(text.find("\tsync.(*Mutex).Unlock+0x"), std::string::npos) << text;
  EXPECT_NE(text.find("\tmain.Hold+0x"), std::string::npos) << text;
}

GO_TEST(Heap, HasGosFirstLine) {
  EXPECT_EQ(Written("heap", 1).rfind("heap profile: 0: 0 [0: 1] @ heap/1048576\n", 0), 0u);
  EXPECT_NE(Written("allocs", 1).find("# HeapAlloc = "), std::string::npos);
}

GO_TEST(CpuProfile, IsRefusedInVirtualTime) {
  const Error err = pprof::StartCPUProfile(io::Discard());
  ASSERT_TRUE(err);
  EXPECT_EQ(err.Text(), "cpu profiling is not available in virtual time");
  pprof::StopCPUProfile();
}

GO_TEST_REAL(CpuProfile, IsOneAtATime) {
  std::string first;
  const auto keep = [&](const char* data, std::size_t size) { first.append(data, size); };
  ASSERT_FALSE(pprof::StartCPUProfile(keep));
  EXPECT_EQ(pprof::StartCPUProfile(io::Discard()).Text(), "cpu profiling already in use");
  pprof::StopCPUProfile();
  EXPECT_EQ(first.substr(0, 2), "\x1f\x8b");
  pprof::StopCPUProfile();
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(pprof::StartCPUProfile(io::Discard()));
    pprof::StopCPUProfile();
  }
}

}  // namespace
