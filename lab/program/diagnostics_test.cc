#include <gtest/gtest.h>

#include "lab/program/build.h"

namespace golab::lab {
namespace {

using Severity = Diagnostic::Severity;

struct Case {
  const char* line;
  Severity severity;
  const char* file;
  int at_line, column;
  const char* message;
};

TEST(DiagnosticsTest, OneLine) {
  const Case cases[] = {
      {"main.cc:12:11: error: 'wg' is not captured", Severity::kError, "main.cc", 12, 11,
       "'wg' is not captured"},
      {"main.cc:9:3: note: declared here", Severity::kNote, "main.cc", 9, 3, "declared here"},
      {"a.h:1: warning: old", Severity::kWarning, "a.h", 1, 0, "old"},
      {"main.cc:1:10: fatal error: x.h: No such file or directory", Severity::kError, "main.cc", 1,
       10, "x.h: No such file or directory"},
      {"/usr/include/c++/12/bits/move.h:5:1: error: static assertion failed: warning: x",
       Severity::kError, "/usr/include/c++/12/bits/move.h", 5, 1,
       "static assertion failed: warning: x"},
      {"ccAb1.o:main.cc:function GolabMain_(): error: undefined reference to 'F()'",
       Severity::kError, "main.cc", 0, 0, "undefined reference to 'F()'"},
      {"main.cc:4: error: undefined reference to 'F()'", Severity::kError, "main.cc", 4, 0,
       "undefined reference to 'F()'"},
      {"main.cc:4: undefined reference to `F()'", Severity::kError, "main.cc", 4, 0,
       "undefined reference to `F()'"},
      {"collect2: error: ld returned 1 exit status", Severity::kError, "", 0, 0,
       "ld returned 1 exit status"},
      {"error: the submission has", Severity::kError, "", 0, 0, "the submission has"},
      {"cc1plus: fatal error: ./x.cc: No such file", Severity::kError, "", 0, 0,
       "./x.cc: No such file"},
  };
  for (const Case& c : cases) {
    const auto messages = ParseDiagnostics(c.line);
    ASSERT_EQ(messages.size(), 1u) << c.line;
    EXPECT_EQ(messages[0].severity, c.severity) << c.line;
    EXPECT_EQ(messages[0].message, c.message) << c.line;
    EXPECT_EQ(messages[0].line, c.at_line) << c.line;
    EXPECT_EQ(messages[0].column, c.column) << c.line;
    if (c.at_line != 0 || *c.file != '\0') {
      EXPECT_EQ(messages[0].file, c.file) << c.line;
    }
  }
}

TEST(DiagnosticsTest, LinesThatSayNothing) {
  EXPECT_TRUE(ParseDiagnostics("").empty());
  EXPECT_TRUE(
      ParseDiagnostics("In file included from main.cc:1:\nmain.cc: In function 'void F()':\n"
                       "    3 |   Log(\"x: error: y\");\n      |   ^~~\ncompilation terminated.\n")
          .empty());
  EXPECT_TRUE(ParseDiagnostics("99999999999999999999:1 error\n:::\n\x1b error").empty());
}

TEST(DiagnosticsTest, HostileNumbers) {
  const auto messages = ParseDiagnostics("main.cc:99999999999999:5: error: x");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].message, "x");
}

}  // namespace
}  // namespace golab::lab
