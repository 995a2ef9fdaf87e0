#include "lab/explain/terms.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "lab/catalogue/catalogue.h"
#include "lab/explain/words.h"

namespace golab::lab {
namespace {

template <class F>
void ForEachTerm(F f) {
  for (const auto& group : TermGroups()) {
    for (const Term* term = group.begin; term != group.end; ++term) {
      SCOPED_TRACE(term->name);
      f(*term);
    }
  }
}

TEST(Terms, HaveTheAgreedForm) {
  ForEachTerm([](const Term& term) {
    const std::string text = term.text, name = term.name;
    EXPECT_TRUE(text.rfind(name + ": ", 0) == 0 || text.rfind(name + " (", 0) == 0);
    EXPECT_EQ(text.back(), '\n');
    std::istringstream in(text);
    int lines = 0;
    for (std::string line; std::getline(in, line); ++lines) {
      EXPECT_LE(line.size(), 80u) << line;
      EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
        return c >= ' ' && c < 0x7f;
      })) << line;
      EXPECT_NE(line.empty() ? ' ' : line.back(), lines == 0 ? '.' : '\t');
      EXPECT_EQ(line.substr(0, 2) == "  ", lines > 0) << line;
    }
    EXPECT_GE(lines, 4);
    EXPECT_LE(lines, 12);
    EXPECT_FALSE(NextTerms(text).empty());
  });
}

TEST(Terms, EveryNextAndEveryReferenceResolves) {
  ForEachTerm([](const Term& term) {
    for (const auto& next : NextTerms(term.text)) {
      EXPECT_NE(FindTerm(next), nullptr) << next;
      EXPECT_NE(FindTerm(next), &term);
    }
    EXPECT_EQ(UnknownTerms(term.text), std::vector<std::string>{});
  });
  EXPECT_EQ(UnknownTerms("x (golab explain join) (golab explain jion)"),
            std::vector<std::string>{"jion"});
}

TEST(Terms, EveryRunNamesATaskThatExists) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue);
  ForEachTerm([&](const Term& term) {
    const std::string text = term.text;
    for (const std::string command : {"golab run ", "golab check "}) {
      for (auto at = text.find("run: " + command); at != std::string::npos;
           at = text.find("run: " + command, at + 1)) {
        std::istringstream rest(text.substr(at + 5 + command.size()));
        std::string task, option, variation;
        rest >> task >> option >> variation;
        ASSERT_NE(catalogue->Find(task), nullptr) << task;
        const bool varied = option == "--variation";
        EXPECT_TRUE(!varied || catalogue->Find(task)->FindVariation(variation) != nullptr)
            << variation;
      }
    }
  });
}

TEST(Terms, NamesAndAliasesAreFoundAndAreUnique) {
  std::map<std::string, const Term*> seen;
  ForEachTerm([&](const Term& term) {
    EXPECT_EQ(FindTerm(term.name), &term);
    std::istringstream aliases(term.aliases);
    for (std::string alias; std::getline(aliases, alias, '|');) {
      EXPECT_EQ(FindTerm(alias), &term) << alias;
    }
  });
  EXPECT_EQ(FindTerm("\"Chan Receive\""), FindTerm("chan receive"));
  EXPECT_EQ(FindTerm("[chan send]"), FindTerm("chan send"));
  EXPECT_EQ(FindTerm("gopark"), FindTerm("park"));
  EXPECT_EQ(FindTerm("sync::WaitGroup"), FindTerm("WaitGroup"));
  EXPECT_EQ(FindTerm("golab::runtime::Goexit"), FindTerm("Goexit"));
  EXPECT_EQ(FindTerm("nothing of the kind"), nullptr);
  EXPECT_EQ(FindTerm(""), nullptr);
}

TEST(Terms, CoverWhatIsPromised) {
  for (const char* name : {"_Gidle",
                           "_Grunnable",
                           "_Grunning",
                           "_Gsyscall",
                           "_Gwaiting",
                           "_Gdead",
                           "_Gcopystack",
                           "_Gpreempted",
                           "_Gscan",
                           "wait-reason",
                           "chan receive",
                           "chan send",
                           "select",
                           "select (no cases)",
                           "nil-channel",
                           "sleep",
                           "sync.Mutex.Lock",
                           "sync.RWMutex.Lock",
                           "sync.Cond.Wait",
                           "sync.WaitGroup.Wait",
                           "IO wait",
                           "finalizer wait",
                           "park",
                           "ready",
                           "run",
                           "wake",
                           "spawn",
                           "join",
                           "yield",
                           "preempt",
                           "steal",
                           "cancel",
                           "settle",
                           "goroutine",
                           "M",
                           "P",
                           "run-queue",
                           "scheduler",
                           "stack",
                           "go",
                           "Chan",
                           "send",
                           "close",
                           "range",
                           "defer",
                           "panic",
                           "recover",
                           "Goexit",
                           "WaitGroup",
                           "context",
                           "timer",
                           "ticker",
                           "Shutdown",
                           "handler",
                           "signal",
                           "LockOSThread",
                           "finalizer",
                           "NumGoroutine",
                           "Stack",
                           "created-by",
                           "pprof",
                           "trace",
                           "goleak",
                           "leak",
                           "deadlock",
                           "data-race",
                           "happens-before",
                           "check-then-act",
                           "busy-wait",
                           "baseline",
                           "capture",
                           "reachable",
                           "check",
                           "advice",
                           "verdict",
                           "not-judged",
                           "recording",
                           "schedule",
                           "seed",
                           "replay",
                           "virtual-time",
                           "limit",
                           "sandbox"}) {
    ASSERT_NE(FindTerm(name), nullptr) << name;
    EXPECT_EQ(std::string(FindTerm(name)->name), name);
  }
}

TEST(Terms, NearMissesAreSuggested) {
  std::string complaint;
  EXPECT_EQ(ExplainTerm("pakr", &complaint), "");
  EXPECT_EQ(complaint, "no term 'pakr'; did you mean 'park'? (golab explain lists all)");
  EXPECT_EQ(ExplainTerm("x\x1b[2Jzzzzzzzzz", &complaint), "");
  EXPECT_EQ(complaint, "no term 'x\\x1b[2Jzzzzzzzzz' (golab explain lists all)");
  EXPECT_EQ(ExplainTerm("Park", &complaint).rfind("park: ", 0), 0u);
}

TEST(Terms, ListNamesAllByGroup) {
  const std::string list = ListTerms(80);
  ForEachTerm([&](const Term& term) { EXPECT_NE(list.find(term.name), std::string::npos); });
  std::istringstream in(list);
  for (std::string line; std::getline(in, line);) EXPECT_LE(line.size(), 80u);
  EXPECT_NE(list.find("wait reasons\n  wait-reason  \"chan receive\""), std::string::npos) << list;
}

TEST(Terms, UseTheWordsOfGolab) {
  // The glossary may name what a goroutine is not.
  const std::vector<std::string> allowed = {"thread", "threads"};
  ForEachTerm([&](const Term& term) {
    EXPECT_EQ(ForbiddenWords(term.text, allowed), std::vector<std::string>{});
  });
}

TEST(Hints, UseTheWordsOfGolab) {
  const auto catalogue = LoadCatalogue("");
  ASSERT_TRUE(catalogue);
  for (const auto& task : catalogue->tasks) {
    SCOPED_TRACE(task.id);
    std::vector<std::string> allowed;
    // Where threads are the subject they have their name.
    if (task.title.find("Thread") != std::string::npos) allowed = {"thread", "threads"};
    const auto expect_golabs = [&](const std::string& text) {
      EXPECT_EQ(ForbiddenWords(text, allowed), std::vector<std::string>{});
    };
    for (const auto& hint : task.hints) expect_golabs(hint);
    for (const auto& v : task.variations) expect_golabs(v.title + " " + v.shows);
    for (const auto& c : task.cases) expect_golabs(c.title);
  }
}

}  // namespace
}  // namespace golab::lab
