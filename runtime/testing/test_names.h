#pragma once
// Names of tests: which are asked for, and names of subtests that are all different.
// Go: testing/match.go.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace golab::rt {

/// A pattern of -run or -skip: alternatives between `|`, each a list of regular expressions between
/// `/`, one a level. Expressions are POSIX's extended ones, and match any part of a name.
class TestPattern {
 public:
  struct Expression;

  TestPattern();
  TestPattern(TestPattern&&) noexcept;
  TestPattern& operator=(TestPattern&&) noexcept;
  ~TestPattern();

  /// Reads `text`; else says why not, in *error: `element 0 of -test.run ("["): ...`.
  static std::optional<TestPattern> Parse(const std::string& text, const char* flag,
                                          std::string* error);

  struct Match {
    bool ok = false;
    bool partial = false;  ///< There are more expressions than levels.
  };

  /// How `name` ("TestA/b") matches.
  Match Matches(std::string_view name) const;

 private:
  std::vector<std::vector<std::unique_ptr<Expression>>> alternatives_;
};

/// For one run. Not thread safe: the caller holds no lock, but tests start one after another.
class TestNames {
 public:
  /// Null: everything is asked for, nothing is skipped.
  TestNames(const TestPattern* run, const TestPattern* skip) : run_(run), skip_(skip) {}

  /// Whether the test `name` is asked for, itself or for what may be in it.
  bool IsWanted(std::string_view name) const;

  /// The full name of a subtest: spaces are `_`, `#01` follows one that is taken.
  std::string Unique(const std::string& parent, std::string_view name);

 private:
  const TestPattern* run_;
  const TestPattern* skip_;
  std::map<std::string, int> taken_;
};

/// A subtest's name as Go shows it: white space as `_`, what cannot be printed as `\x00`.
std::string RewriteTestName(std::string_view name);

}  // namespace golab::rt
