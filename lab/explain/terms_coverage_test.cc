// Every word of the trade that the exercises use is one that `golab explain` knows: what READMEs
// and hints name of the library, the tags of dumps, the states.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "lab/catalogue/catalogue.h"
#include "lab/explain/terms.h"
#include "lab/explain/words.h"
#include "runtime/event/record.h"

namespace golab::lab {
namespace {

/// What needs no explanation beyond the header that it is in.
const std::set<std::string> kPlain = {
    "golab::runtime", "std::rand",    "std::time",   "os::Create",  "os::Exit",
    "os::Stdout",     "fmt::Println", "fmt::Printf", "std::thread", "time::Millisecond",
    "time::Second",   "std::map",     "std::vector", "std::string",
};

struct Text {
  std::string where, text;
};

std::vector<Text> TextsForStudents() {
  std::vector<Text> texts;
  const std::filesystem::path tasks = std::filesystem::path(GOLAB_SOURCE_DIR) / "tasks";
  for (const auto& folder : std::filesystem::directory_iterator(tasks)) {
    std::ifstream in(folder.path() / "README.md", std::ios::binary);
    if (in.is_open())
      texts.push_back(
          {folder.path().filename().string(), {std::istreambuf_iterator<char>(in), {}}});
  }
  const auto catalogue = LoadCatalogue("");
  EXPECT_TRUE(catalogue);
  if (!catalogue) return texts;
  for (const Task& task : catalogue->tasks) {
    for (const std::string& hint : task.hints) texts.push_back({task.id + "'s hints", hint});
    for (const Variation& v : task.variations) texts.push_back({task.id + "/" + v.id, v.shows});
  }
  return texts;
}

std::set<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it)
    found.insert((*it)[1]);
  return found;
}

TEST(TermCoverage, FindsTheTexts) {
  const auto texts = TextsForStudents();
  EXPECT_GE(texts.size(), 20U);
  EXPECT_EQ(Matches("a `time::Sleep(x)` [chan send]", R"(\b([a-z]+::[A-Za-z]\w*))"),
            std::set<std::string>{"time::Sleep"});
}

TEST(TermCoverage, EveryFunctionOfTheLibraryThatIsNamed) {
  for (const auto& [where, text] : TextsForStudents()) {
    for (const std::string& name : Matches(text, R"(\b([a-z]+::[A-Za-z]\w*))")) {
      if (kPlain.count(name) > 0) continue;
      EXPECT_NE(FindTerm(name), nullptr) << where << ": " << name;
    }
  }
}

TEST(TermCoverage, EveryTagOfADump) {  // and no capture of a lambda
  for (const auto& [where, text] : TextsForStudents()) {
    for (const std::string& tag :
         Matches(text, R"(\[((?:[a-z][a-zA-Z]*[ .]?)+(?: ?\([a-z ]+\))?)\](?! ?[{(]))"))
      EXPECT_NE(FindTerm(tag), nullptr) << where << ": [" << tag << "]";
  }
  for (const char* text : rt::kWaitReasonTexts) {
    if (*text == '\0') continue;
    EXPECT_NE(FindTerm(text), nullptr) << text;
  }
}

TEST(TermCoverage, EveryState) {
  for (const auto& [where, text] : TextsForStudents()) {
    for (const std::string& state : Matches(text, R"((_G[a-z]+))"))
      EXPECT_NE(FindTerm(state), nullptr) << where << ": " << state;
  }
}

TEST(TermCoverage, EveryTermThatATextSendsTo) {
  for (const auto& [where, text] : TextsForStudents())
    EXPECT_EQ(UnknownTerms(text), std::vector<std::string>{}) << where;
}

TEST(TermCoverage, CallsAndPackagesLeadToTheTerm) {
  EXPECT_EQ(FindTerm("runtime::Stack(true)"), FindTerm("Stack"));
  EXPECT_EQ(FindTerm("time.Sleep"), FindTerm("sleep"));
  EXPECT_EQ(FindTerm("context::DeadlineExceeded"), FindTerm("timeout"));
  EXPECT_EQ(FindTerm("sync::WaitGroup"), FindTerm("WaitGroup"));
  EXPECT_EQ(FindTerm("select (no cases)")->name, std::string("select (no cases)"));
  EXPECT_EQ(FindTerm("runtime::NoSuchThing"), nullptr);
  EXPECT_EQ(FindTerm("runtime."), nullptr);
  EXPECT_EQ(FindTerm("("), nullptr);
}

}  // namespace
}  // namespace golab::lab
