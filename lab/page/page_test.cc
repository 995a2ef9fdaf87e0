// What stands in a page: read back by a small reader of its own, with zlib's and a JSON library's
// help.

#include "lab/page/page.h"

#include <zlib.h>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lab/history/fake_symbols.h"
#include "lab/page/alive.h"
#include "lab/page/columns.h"
#include "lab/page/from_history.h"
#include "lab/page/merge.h"
#include "lab/recording/recording_script.h"

namespace golab::lab::page {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Application kApplication = {"run()", "c2NyaXB0", "p{}", "c3R5bGU=", "MIT notices", ""};

std::string Between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin);
  if (from == std::string::npos) return "";
  const std::size_t at = from + begin.size();
  return text.substr(at, text.find(end, at) - at);
}

std::string FromBase64(const std::string& text) {
  std::string bytes;
  std::uint32_t word = 0;
  int bits = 0;
  for (const char c : text) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = digits.find(c);
    if (digit == std::string::npos) break;
    word = word << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(word >> bits);
  }
  return bytes;
}

std::string Gunzip(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string bytes(std::size_t{64} << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

using Numbers = std::vector<std::int64_t>;

std::int64_t Signed(std::int64_t zigzag) {
  const auto value = static_cast<std::uint64_t>(zigzag);
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

Numbers ReadNumbers(const std::string& bytes) {
  Numbers numbers;
  std::uint64_t value = 0;
  int shift = 0;
  for (const char c : bytes) {
    value |= static_cast<std::uint64_t>(c & 0x7f) << shift;
    shift += 7;
    if ((c & 0x80) != 0) continue;
    numbers.push_back(static_cast<std::int64_t>(value));
    value = 0;
    shift = 0;
  }
  return numbers;
}

/// Columns as numbers, by their places.
std::vector<Numbers> ReadColumns(const std::string& bytes) {
  EXPECT_EQ(bytes.at(0), 1);
  EXPECT_EQ(bytes.at(1), kColumns);
  std::size_t at = 2;
  std::vector<std::size_t> sizes;
  for (int i = 0; i < kColumns; ++i) {
    std::size_t size = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(at++));
      size |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    sizes.push_back(size);
  }
  std::vector<Numbers> columns;
  for (const std::size_t size : sizes) {
    columns.push_back(ReadNumbers(bytes.substr(at, size)));
    at += size;
  }
  EXPECT_EQ(at, bytes.size());
  return columns;
}

struct ReadPage {
  nlohmann::json head;
  std::vector<Numbers> columns;

  const Numbers& operator[](Column column) const {
    return columns.at(static_cast<std::size_t>(column));
  }
};

ReadPage Read(const std::string& html) {
  ReadPage page;
  page.head = nlohmann::json::parse(
      Between(html, "<script type=\"application/json\" id=\"head\">", "</script>"));
  page.columns = ReadColumns(Gunzip(FromBase64(
      Between(html, "<script type=\"application/octet-stream\" id=\"columns\">", "</script>"))));
  return page;
}

Numbers Undo(const Numbers& deltas) {
  Numbers values;
  std::int64_t value = 0;
  for (const std::int64_t delta : deltas) values.push_back(value += Signed(delta));
  return values;
}

Transition At(std::uint64_t time, State state) {
  Transition t;
  t.time_ns = time;
  t.state = state;
  return t;
}

/// Main goes one goroutine, which waits for ever; main sleeps and returns.
History LeakyRun(const FakeSymbols& symbols, RecordingScript* run) {
  const std::uint64_t go = run->Stack({1}), recv = run->Stack({9, 2});
  run->Main().Go(1, 5, go).Sleep(1, 10 * kMs).Run(5);
  run->at(run->size() - 1).arg = 7;
  run->Block(5, rt::WaitReason::kChanReceive, 3, recv).Clock(10 * kMs).Wake(1);
  run->MainReturn().Rest().Exit();
  run->recording().finished = true;
  RunEvidence evidence;
  evidence.recording = run->Take();
  evidence.symbols = &symbols;
  return HistoryBuilder::Build(std::move(evidence));
}

TEST(Page, HasWhatAHistoryTells) {
  FakeSymbols symbols;
  symbols.Own(1, "main.main", "main.cc", 4).Own(2, "main.Worker", "main.cc", 9);
  symbols.Own(7, "main.Worker", "main.cc", 8).Other(9, "golab.(*Chan).Recv");
  RecordingScript run;
  const History history = LeakyRun(symbols, &run);
  Timeline timeline = FromHistory(history);
  timeline.title = "task1";
  timeline.sources["main.cc"] = "int main;\n";
  timeline.sources["unused.cc"] = "int unused;\n";
  const ReadPage page = Read(WritePage(timeline, kApplication));

  EXPECT_THAT(Undo(page[Column::kId]), ElementsAre(1, 5));
  EXPECT_THAT(page[Column::kCreator], ElementsAre(0, 1));
  EXPECT_THAT(page[Column::kFlags], ElementsAre(1, 1 | 4));
  const auto& strings = page.head["strings"];
  EXPECT_EQ(strings[static_cast<std::size_t>(page[Column::kFunction][0])], "main");
  EXPECT_EQ(strings[static_cast<std::size_t>(page[Column::kFunction][1])], "main.Worker");
  EXPECT_EQ(strings[static_cast<std::size_t>(page[Column::kSite][1])], "main.cc:4");
  // main: created, runs, sleeps, ready, runs, over; the other: created, runs, waits.
  EXPECT_THAT(page[Column::kCount], ElementsAre(6, 3));
  EXPECT_THAT(page[Column::kState], ElementsAre(0, 1, 3, 0, 1, 4, 0, 1, 3));
  EXPECT_THAT(page.head["reasons"], ElementsAre("", "sleep", "chan receive"));
  EXPECT_THAT(page[Column::kReason], ElementsAre(1, 2));
  const auto& waits_at = page.head["stacks"][static_cast<std::size_t>(page[Column::kStack][8])];
  ASSERT_EQ(waits_at.size(), 8U);
  EXPECT_EQ(strings[waits_at[4].get<std::size_t>()], "main.Worker");
  EXPECT_EQ(waits_at[6], 9);
  EXPECT_EQ(page.head["marks"][0]["name"], "main returned");
  EXPECT_EQ(page.head["marks"][0]["t"], 10 * kMs);
  EXPECT_EQ(page.head["sources"].size(), 1U);
  EXPECT_EQ(page.head["virtual"], true);
}

TEST(Page, NumbersComeBackAsTheyWere) {
  Timeline timeline;
  timeline.begin_ns = 1'000;
  timeline.end_ns = std::uint64_t{1} << 52;
  timeline.has_order = true;
  std::uint64_t random = 1;
  const auto next = [&random](std::uint64_t below) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33) % below;
  };
  Numbers ids, times, orders;
  for (std::uint64_t id = 1; id <= 300; id += 1 + next(3)) {
    Goroutine g;
    g.id = id;
    ids.push_back(static_cast<std::int64_t>(id));
    std::uint64_t time = timeline.begin_ns + next(1'000'000'000'000);
    const std::uint64_t count = 1 + next(20);
    for (std::uint64_t i = 0; i < count; ++i) {
      Transition t = At(time, static_cast<State>(next(4)));
      t.order = next(1'000'000);
      g.transitions.push_back(t);
      times.push_back(static_cast<std::int64_t>(time - timeline.begin_ns));
      orders.push_back(static_cast<std::int64_t>(t.order));
      time += next(1'000'000'000'000);
    }
    timeline.goroutines.push_back(std::move(g));
  }
  const ReadPage page = Read(WritePage(timeline, kApplication));
  EXPECT_EQ(Undo(page[Column::kId]), ids);
  Numbers read_times, read_orders;
  std::size_t i = 0;
  for (const std::int64_t count : page[Column::kCount]) {
    std::int64_t time = 0, order = 0;
    for (std::int64_t k = 0; k < count; ++k, ++i) {
      read_times.push_back(time += Signed(page[Column::kTime].at(i)));
      read_orders.push_back(order += Signed(page[Column::kOrder].at(i)));
    }
  }
  EXPECT_EQ(read_times, times);
  EXPECT_EQ(read_orders, orders);
}

TEST(Page, HostileTextsStayTexts) {
  Timeline timeline;
  const std::string hostile = "</script><img src=x onerror=alert(1)>\xff\xe2\x80\xae<!--<script>";
  timeline.title = hostile;
  timeline.strings.push_back(hostile);
  timeline.sources["a"] = hostile;
  timeline.goroutines.push_back({.id = 1, .function = 1, .transitions = {At(0, State::kRunning)}});
  Check check;
  check.id = hostile;
  check.outcome = "fail";
  check.message = hostile;
  timeline.checks.push_back(check);
  for (const std::string& html :
       {WritePage(timeline, kApplication), WritePlainPage(timeline, hostile)}) {
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, Not(HasSubstr("<!--<script>")));
    EXPECT_THAT(html, Not(HasSubstr("\xff")));
  }
  const ReadPage page = Read(WritePage(timeline, kApplication));
  EXPECT_EQ(page.head["title"],
            "</script><img src=x onerror=alert(1)>\xef\xbf\xbd\xe2\x80\xae<!--<script>");
}

TEST(Page, TextForHtmlShowsWhatCannotBeSeen) {
  EXPECT_EQ(HtmlText("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(HtmlText(std::string("\0\x1b\x7f", 3)), "[U+0000][U+001B][U+007F]");
  EXPECT_EQ(HtmlText("\xe2\x80\xae\xe2\x81\xa6\xc2\x85\xe2\x80\xa8"),
            "[U+202E][U+2066][U+0085][U+2028]");
  EXPECT_EQ(HtmlText("\xe2\x82\xac \xc3\xa9"), "\xe2\x82\xac \xc3\xa9");
  EXPECT_EQ(HtmlText("\xe2"), "\xef\xbf\xbd");
}

TEST(Page, PolicyAllowsItsOwnScriptAlone) {
  const std::string html = WritePage(Timeline(), kApplication);
  EXPECT_THAT(html,
              HasSubstr("default-src 'none'; script-src 'sha256-c2NyaXB0'; style-src "
                        "'sha256-c3R5bGU='; img-src data:; base-uri 'none'; form-action 'none'"));
  EXPECT_THAT(html, HasSubstr("<script>run()</script>"));
  EXPECT_THAT(html, HasSubstr("MIT notices"));
}

TEST(Page, WithoutApplicationItIsPlainAndSaysWhy) {
  Application none;
  none.missing = "golab was built on a machine without node and npm";
  Timeline timeline;
  timeline.title = "task1";
  timeline.end_ns = 2'000'000'000;
  timeline.strings = {"", "main.Worker", "main.cc:27"};
  timeline.reasons = {"", "chan receive"};
  Goroutine g{.id = 6,
              .creator = 1,
              .function = 1,
              .site = 2,
              .never_ends = true,
              .transitions = {At(0, State::kRunnable), At(1'000'000'000, State::kWaiting)}};
  g.transitions.back().reason = 1;
  timeline.goroutines.push_back(g);
  Check check;
  check.id = "fall";
  check.outcome = "fail";
  check.message = "2 are left";
  check.evidence.push_back({6, 1'000'000'000, 0, "G6 never ends"});
  timeline.checks.push_back(check);
  const std::string html = WritePage(timeline, none);
  EXPECT_THAT(html,
              HasSubstr("This page has no timeline: golab was built on a machine without node"));
  EXPECT_THAT(html, HasSubstr("fall: 2 are left"));
  EXPECT_THAT(html, HasSubstr("G6 never ends, at 1.000000 s"));
  EXPECT_THAT(html, HasSubstr("<td>G6</td><td>main.Worker</td><td>G1 main.cc:27</td>"));
  EXPECT_THAT(html, HasSubstr("waits in chan receive, is never woken"));
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
}

/// `count` goroutines that run and wait by turns, `each` transitions a goroutine.
Timeline Busy(std::uint64_t count, std::uint64_t each) {
  Timeline timeline;
  timeline.has_order = true;
  timeline.end_ns = each * 1'000;
  for (std::uint64_t id = 1; id <= count; ++id) {
    Goroutine g;
    g.id = id;
    for (std::uint64_t i = 0; i < each; ++i)
      g.transitions.push_back(At(i * 1'000, i % 2 == 0 ? State::kRunning : State::kWaiting));
    timeline.goroutines.push_back(std::move(g));
  }
  return timeline;
}

TEST(Merge, LeavesWhatFits) {
  Timeline timeline = Busy(3, 100);
  EXPECT_EQ(MergeShort(&timeline, 300), 0U);
  EXPECT_EQ(timeline.goroutines[0].transitions.size(), 100U);
  EXPECT_TRUE(timeline.has_order);
}

TEST(Merge, KeepsEvidenceEndsAndShares) {
  Timeline timeline = Busy(4, 100'000);
  Check check;
  check.evidence.push_back({2, 50'000'000, 0, ""});
  timeline.checks.push_back(check);
  const std::uint64_t width = MergeShort(&timeline, 200'000);
  EXPECT_GT(width, 0U);
  EXPECT_FALSE(timeline.has_order);
  EXPECT_EQ(timeline.goroutines[1].transitions.size(), 100'000U);
  std::size_t mixed = 0, near = 0;
  const auto& list = timeline.goroutines[0].transitions;
  EXPECT_EQ(list.front().state, State::kRunning);
  EXPECT_EQ(list.back().time_ns, 99'999'000U);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].state == State::kMixed) {
      ++mixed;
      EXPECT_THAT(static_cast<int>(list[i].shares[0]),
                  testing::AllOf(testing::Ge(6), testing::Le(10)));
      EXPECT_EQ(list[i].shares[1], 0);
    }
    near += list[i].time_ns >= 40'000'000 && list[i].time_ns <= 60'000'000;
  }
  EXPECT_GT(mixed, 0U);
  EXPECT_GT(near, 19'000U);
  std::size_t count = 0;
  for (const Goroutine& g : timeline.goroutines) count += g.transitions.size();
  EXPECT_LE(count, 200'000U);
}

TEST(FromHistory, SaysWhatAGoroutineDoes) {
  FakeSymbols symbols;
  RecordingScript run;
  const History history = LeakyRun(symbols, &run);
  EXPECT_EQ(EvidenceNote(history, *history.Find(5), history.last()), "G5 never ends");
  EXPECT_EQ(EvidenceNote(history, history.main(), history.Find(5)->started), "main waits in sleep");
}

TEST(Alive, CountsUntilMainReturns) {
  FakeSymbols symbols;
  RecordingScript run;
  const History history = LeakyRun(symbols, &run);
  const Curve alive = AliveCurve(FromHistory(history));
  EXPECT_EQ(alive, (Curve{{0, 2}, {10 * kMs, 1}}));
  EXPECT_EQ(ExpectedCurve(alive, 10 * kMs, 0), (Curve{{0, 2}, {10 * kMs, 0}}));
}

}  // namespace
}  // namespace golab::lab::page
