// Real mistakes, compiled by the real compiler, and what golab says of them.

#include "lab/explain/compiler.h"

#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "lab/explain/block.h"
#include "lab/explain/diagnostics.h"
#include "lab/explain/terms.h"
#include "lab/explain/words.h"
#include "lab/report/golden.h"

namespace golab::lab {
namespace {

constexpr const char* kTop = "#include <golab/golab.h>\nusing namespace golab;\n";

// What g++ says of main.cc, as a submission is compiled.
std::string Compile(const std::string& source) {
  char folder[] = "/tmp/golab_compiler_test_XXXXXX";
  EXPECT_NE(mkdtemp(folder), nullptr);
  const std::string file = std::string(folder) + "/main.cc";
  std::ofstream(file) << source;
  const std::string command = "cd " + std::string(folder) +
                              " && LC_ALL=C g++ -std=c++20 -fsyntax-only -Wall -I " GOLAB_SOURCE_DIR
                              "/runtime/include main.cc 2>&1";
  std::string output;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char buffer[4096];
    while (std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, n);
    pclose(pipe);
  }
  std::remove(file.c_str());
  std::remove(folder);
  return output;
}

struct Mistake {
  const char* name;
  std::string source;  // below kTop, unless it begins with '#' or a newline
  const char* kind;
  const char* message;
  int line;  // of the first place, in the whole file
};

const Mistake kMistakes[] = {
    {"lambda without capture",
     "GOLAB_MAIN() {\n  sync::WaitGroup wg;\n  go([] { wg.Done(); });\n}\n", "not-captured",
     "the lambda at main.cc:5 uses 'wg' but does not capture it", 5},
    {"lambda without capture of an int",
     "GOLAB_MAIN() {\n  int n = 0;\n  go([] { (void)(n + 1); int k = n; (void)k; });\n}\n",
     "not-captured", "the lambda at main.cc:5 uses 'n' but does not capture it", 5},
    {"[=] with a WaitGroup",
     "GOLAB_MAIN() {\n  sync::WaitGroup wg;\n  go([=] { wg.Done(); });\n}\n", "captures-a-copy",
     "[=] copies the variables it uses, and a WaitGroup must not be copied", 5},
    {"[=] with a WaitGroup, over lines",
     "GOLAB_MAIN() {\n  sync::WaitGroup wg;\n  go([=] {\n    if (true) {\n      wg.Done();\n    "
     "}\n  });\n}\n",
     "captures-a-copy",
     "the lambda copies the WaitGroup that it uses, and a WaitGroup must not be copied", 7},
    {"[mu]", "GOLAB_MAIN() {\n  sync::Mutex mu;\n  go([mu] { mu.Lock(); });\n}\n",
     "captures-a-copy", "the lambda copies the Mutex that it uses, and a Mutex must not be copied",
     5},
    {"[this] in a const function",
     "struct A { sync::Mutex mu; void Get() const { go([this] { mu.Lock(); }); } };\nGOLAB_MAIN() "
     "{}\n",
     "const-lock", "a Mutex in a const object cannot be changed, and to lock or count is a change",
     3},
    {"[=] changes an int", "GOLAB_MAIN() {\n  int n = 0;\n  go([=] { n++; });\n}\n", "const-copy",
     "'n' is a copy that cannot change", 5},
    {"[=] changes an object",
     "struct C { int v = 0; void Inc() { v++; } };\nGOLAB_MAIN() {\n  C c;\n  go([=] { c.Inc(); "
     "});\n}\n",
     "const-copy", "[=] makes copies that cannot change, and one of type C is changed", 6},
    {"lock in a const function",
     "struct A { sync::Mutex mu; void Get() const { mu.Lock(); } };\nGOLAB_MAIN() {}\n",
     "const-lock", "a Mutex in a const object cannot be changed, and to lock or count is a change",
     3},
    {"mutex copied", "GOLAB_MAIN() {\n  sync::Mutex a;\n  sync::Mutex b = a;\n}\n", "copied",
     "a Mutex is copied here, and it must not be", 5},
    {"WaitGroup by value",
     "void W(sync::WaitGroup wg) { wg.Done(); }\nGOLAB_MAIN() {\n  sync::WaitGroup wg;\n  "
     "W(wg);\n}\n",
     "copied", "a WaitGroup is copied here, and it must not be", 6},
    {"WaitGroup through go",
     "void W(sync::WaitGroup& wg) { wg.Done(); }\nGOLAB_MAIN() {\n  sync::WaitGroup wg;\n  go(W, "
     "wg);\n}\n",
     "go-copies", "go copies its arguments, and a WaitGroup must not be copied", 6},
    {"struct with a mutex",
     "struct A { sync::Mutex mu; };\nGOLAB_MAIN() {\n  A a;\n  A b = a;\n}\n", "copied",
     "an object of type A is copied here, and part of it must not be", 6},
    {"go(f(x))", "void f(int) {}\nGOLAB_MAIN() {\n  go(f(1));\n}\n", "go-called",
     "go(f(x)) calls f here and now, and leaves nothing to start", 5},
    {"go(f(x)) with a value", "int f(int x) { return x; }\nGOLAB_MAIN() {\n  go(f(1));\n}\n",
     "go-called", "go(f(x)) calls f here and now, and starts what it gave", 5},
    {"go f(x)", "void f(int) {}\nGOLAB_MAIN() {\n  go f(1);\n}\n", "go-statement",
     "go is a function in C++, not a statement", 5},
    {"too few for go", "void f(int, int) {}\nGOLAB_MAIN() {\n  go(f, 1);\n}\n", "go-arguments",
     "go passes fewer arguments than the function takes", 5},
    {"reference through go",
     "void f(int& x) { x++; }\nGOLAB_MAIN() {\n  int x = 0;\n  go(f, x);\n}\n", "go-reference",
     "go passes copies, and the function asks for a variable (int&)", 6},
    {"type through go", "void f(String s) {}\nGOLAB_MAIN() {\n  go(f, 1);\n}\n", "go-types",
     "an argument of go does not fit: the function takes String there", 5},
    {"sleep of an int", "GOLAB_MAIN() {\n  int n = 5;\n  time::Sleep(n);\n}\n", "duration-unit",
     "'n' is a number without a unit, where a Duration is needed", 5},
    {"sleep of a flag",
     "GOLAB_MAIN() {\n  auto d = flag::Duration(\"d\", 1, \"x\");\n  time::Sleep(d);\n}\n",
     "flag-pointer", "'d' is a pointer, where a Duration is needed", 5},
    {"duration flag through go",
     "void f(time::Duration) {}\nGOLAB_MAIN() {\n  auto d = flag::Duration(\"d\", 1, \"x\");\n  "
     "go(f, d);\n}\n",
     "flag-pointer", "go passes a pointer, and the function takes a Duration", 6},
    {"int flag through go",
     "void f(int) {}\nGOLAB_MAIN() {\n  auto n = flag::Int(\"n\", 1, \"x\");\n  go(f, "
     "n);\n}\n",
     "flag-pointer", "go passes a pointer, and the function takes int", 6},
    {"int flag to a function",
     "void f(int) {}\nGOLAB_MAIN() {\n  auto n = flag::Int(\"n\", 1, \"x\");\n  f(n);\n}\n",
     "flag-pointer", "a pointer stands where an int is needed", 6},
    {"int through go for a Duration",
     "void f(time::Duration) {}\nGOLAB_MAIN() {\n  int n = 1;\n  go(f, n);\n}\n", "duration-unit",
     "go passes a number without a unit, and the function takes a Duration", 6},
    {"sleep of a half", "GOLAB_MAIN() {\n  time::Sleep(0.5 * time::Second);\n}\n",
     "duration-fraction", "a Duration counts whole nanoseconds and got a fraction", 4},
    {"100ms", "GOLAB_MAIN() {\n  time::Sleep(100ms);\n}\n", "duration-suffix",
     "golab's units are names, not the letters 'ms' behind a number", 4},
    {"no brackets",
     "GOLAB_MAIN() {\n  auto ch = MakeChan<int>();\n  auto v, ok = ch.RecvOk();\n}\n",
     "two-results", "two results need brackets: auto [v, ...] = ...", 5},
    {"one of two", "GOLAB_MAIN() {\n  auto ch = MakeChan<int>();\n  int v = ch.RecvOk();\n}\n",
     "two-results", "RecvOk gives two results", 5},
    {"temporary to Chan&",
     "void WaitForever(Chan<int>& ch) { ch.Recv(); }\nGOLAB_MAIN() {\n  "
     "WaitForever(MakeChan<int>());\n}\n",
     "chan-argument", "WaitForever wants a variable and got a temporary", 5},
    {"temporary to int&", "void Inc(int& n) { n++; }\nGOLAB_MAIN() {\n  Inc(1);\n}\n",
     "needs-variable", "Inc wants a variable and got a temporary", 5},
    {"semicolon", "GOLAB_MAIN() {\n  int x = 1\n  x++;\n}\n", "semicolon",
     "a ';' is missing before 'x'", 5},
    {"brace", "GOLAB_MAIN() {\n  for (int i = 0; i < 3; i++) {\n    i++;\n}\n", "bracket",
     "a '}' is missing at the end of the file", 6},
    {"typing error", "GOLAB_MAIN() {\n  int count = 1;\n  cuont++;\n}\n", "undeclared",
     "there is no 'cuont' here; there is 'count'", 5},
    {"unknown name", "GOLAB_MAIN() {\n  foobar++;\n}\n", "undeclared", "there is no 'foobar' here",
     4},
    {"misspelt MakeChan", "GOLAB_MAIN() {\n  auto c = MakeChn<int>();\n}\n", "undeclared",
     "there is no 'MakeChn' here", 4},
    {"misspelt function", "GOLAB_MAIN() {\n  runtime::NumGorutine();\n}\n", "undeclared",
     "runtime has no 'NumGorutine'; it has 'NumGoroutine'", 4},
    {"misspelt type", "GOLAB_MAIN() {\n  sync::WaitGruop wg;\n}\n", "undeclared",
     "sync has no 'WaitGruop'; it has 'WaitGroup'", 4},
    {"method in small letters", "GOLAB_MAIN() {\n  sync::WaitGroup wg;\n  wg.done();\n}\n",
     "member", "WaitGroup has no 'done'; it has 'Done'", 5},
    {"send in small letters", "GOLAB_MAIN() {\n  auto ch = MakeChan<int>();\n  ch.send(1);\n}\n",
     "member", "Chan<int> has no 'send'; it has 'Send'", 5},
    {"send on a receiver", "void f(RecvChan<int> c) { c.Send(1); }\nGOLAB_MAIN() {}\n",
     "one-direction", "a RecvChan receives only", 3},
    {"receive from a sender", "void f(SendChan<int> c) { c.Recv(); }\nGOLAB_MAIN() {}\n",
     "one-direction", "a SendChan sends only", 3},
    {"no namespace", "GOLAB_MAIN() {\n  Sleep(1);\n}\n", "namespace",
     "'Sleep' stands in a namespace: time::Sleep", 4},
    {"no namespace of a type", "GOLAB_MAIN() {\n  WaitGroup wg;\n}\n", "namespace",
     "'WaitGroup' stands in a namespace: sync::WaitGroup", 4},
    {"dot for ::", "GOLAB_MAIN() {\n  runtime.NumGoroutine();\n}\n", "dot",
     "a package is a namespace here: :: in place of the dot", 4},
    {"no using", "#include <golab/golab.h>\nGOLAB_MAIN() {\n  go([] {});\n}\n", "using",
     "'go' is golab::go", 3},
    {"no using, time", "#include <golab/golab.h>\nGOLAB_MAIN() {\n  time::Sleep(1);\n}\n", "using",
     "'time' is golab::time", 3},
    {"no using, parameters",
     "#include <golab/golab.h>\nvoid f(time::Duration d, Chan<int> c) {}\nGOLAB_MAIN() {}\n",
     "using", "'time' is golab::time", 2},
    {"no using, flag", "#include <golab/golab.h>\nGOLAB_MAIN() {\n  flag::Parse();\n}\n", "using",
     "'flag' is golab::flag", 3},
    {"function in a function", "void f() {\n  for (;;) {\n}\nvoid g() {}\nGOLAB_MAIN() {}\n",
     "bracket", "this begins inside another function: a '}' is missing above", 6},
    {"main in a function", "void f() {\n  for (;;) {\n}\nGOLAB_MAIN() {}\n", "bracket",
     "this begins inside another function: a '}' is missing above", 6},
    {"-> on a value",
     "GOLAB_MAIN() {\n  auto [file, err] = os::Create(\"x\");\n  file->Close();\n}\n", "no-pointer",
     "File is no pointer here: its members stand behind a dot", 5},
    {"* on recover()", "GOLAB_MAIN() {\n  auto p = recover();\n  fmt::Println(*p);\n}\n",
     "no-pointer", "what recover() gives is no pointer", 5},
    {"* on a value", "GOLAB_MAIN() {\n  sync::Mutex mu;\n  (*mu).Lock();\n}\n", "no-pointer",
     "Mutex is no pointer here", 5},
    {"no include", "\nGOLAB_MAIN() {\n}\n", "no-include", "GOLAB_MAIN is not known in this file",
     2},
    {"no include, using", "\nusing namespace golab;\n", "no-include",
     "golab is not known in this file", 2},
    {"ambiguous time",
     "#include <ctime>\n#include <golab/golab.h>\nusing namespace golab;\nGOLAB_MAIN() {\n  "
     "(void)time(nullptr);\n}\n",
     "ambiguous", "'time' is a namespace of golab and a C function, too", 5},
    {"vector without header", "GOLAB_MAIN() {\n  std::vector<int> v;\n}\n", "standard-header",
     "std::vector needs its header", 4},
    {"printf without header", "GOLAB_MAIN() {\n  printf(\"x\");\n}\n", "standard-header",
     "'printf' needs its header", 4},
    {"missing file", "#include \"nothing.h\"\nint x;\n", "missing-file",
     "there is no file 'nothing.h' to include", 1},
    {"file in a folder", "#include \"util/nothing.h\"\nint x;\n", "missing-file",
     "there is no file 'util/nothing.h' to include", 1},
    {"sleep of nothing", "GOLAB_MAIN() {\n  time::Sleep();\n}\n", "arguments",
     "time::Sleep is called with too few arguments", 4},
    {"sleep of two", "GOLAB_MAIN() {\n  time::Sleep(1, 2);\n}\n", "arguments",
     "time::Sleep is called with too many arguments", 4},
    {"Add of nothing", "GOLAB_MAIN() {\n  sync::WaitGroup wg;\n  wg.Add();\n}\n", "arguments",
     "sync::WaitGroup::Add does not take these arguments", 5},
    {"own function", "int f(int a, int b) { return a + b; }\nGOLAB_MAIN() {\n  f(1);\n}\n",
     "arguments", "f is called with too few arguments", 5},
    {"MakeChan()", "GOLAB_MAIN() {\n  auto c = MakeChan();\n}\n", "chan-type",
     "MakeChan is not told what the channel carries", 4},
    {"make(chan int)", "GOLAB_MAIN() {\n  auto c = make(chan int);\n}\n", "go-word",
     "make(chan T) is written MakeChan<T>()", 4},
    {"chan of references", "GOLAB_MAIN() {\n  auto c = MakeChan<int&>();\n}\n", "assertion",
     "a channel carries values: use a pointer instead of a reference", 4},
    {"c <- v", "GOLAB_MAIN() {\n  auto c = MakeChan<int>();\n  c <- 1;\n}\n", "arrow",
     "<- is no operator in C++", 5},
    {"<-c", "GOLAB_MAIN() {\n  auto c = MakeChan<int>();\n  int v = <-c;\n}\n", "arrow",
     "<- is no operator in C++", 5},
    {":=", "GOLAB_MAIN() {\n  x := 1;\n}\n", "go-word", ":= is no operator in C++", 4},
    {"var", "GOLAB_MAIN() {\n  var x = 1;\n}\n", "go-word", "var is no word of C++", 4},
    {"func", "func f() {}\nGOLAB_MAIN() {\n}\n", "go-word", "func is no word of C++", 3},
    {"nil", "GOLAB_MAIN() {\n  Error e = nil;\n}\n", "go-word", "nil is called nullptr in C++", 4},
    {"defer f()", "void f() {}\nGOLAB_MAIN() {\n  defer f();\n}\n", "defer-word",
     "defer is no statement in C++", 5},
    {"Defer d{f()}", "void f() {}\nGOLAB_MAIN() {\n  Defer d{f()};\n}\n", "defer-called",
     "the function is called here and now, and nothing is left to defer", 5},
    {"value to Select",
     "GOLAB_MAIN() {\n  auto c = MakeChan<int>();\n  switch (Select(c.Recv())) { case 0: break; "
     "}\n}\n",
     "select-value", "Select takes cases, not values", 5},
    {"jump to case",
     "GOLAB_MAIN() {\n  auto c = MakeChan<int>();\n  switch (Select(Recv(c))) {\n    case 0:\n     "
     " int v = 1;\n      break;\n    case 1:\n      "
     "break;\n  }\n}\n",
     "jump-to-case", "a variable of one case is visible in the next", 9},
    {"flag as a number", "GOLAB_MAIN() {\n  int n = flag::Int(\"n\", 1, \"x\");\n}\n",
     "flag-pointer", "a flag is a pointer to its value", 4},
    {"flag compared",
     "GOLAB_MAIN() {\n  auto n = flag::Int(\"n\", 1, \"x\");\n  for (int i = 0; i < n; i++) "
     "{}\n}\n",
     "flag-pointer", "a pointer is compared with a number", 5},
    {"text for a number", "GOLAB_MAIN() {\n  auto c = MakeChan<int>();\n  c.Send(\"x\");\n}\n",
     "types", "int is needed, and const char* was given", 5},
    {"no value", "void f() {}\nGOLAB_MAIN() {\n  int x = f();\n}\n", "no-value",
     "a function that gives no value is used as one", 5},
    {"main returns a value", "GOLAB_MAIN() {\n  return 1;\n}\n", "main-returns",
     "this function gives no value", 4},
    {"twice", "GOLAB_MAIN() {\n  int x = 1;\n  int x = 2;\n}\n", "twice",
     "'int x' is declared twice", 5},
    {"two mains", "GOLAB_MAIN() {}\nGOLAB_MAIN() {}\n", "two-mains",
     "GOLAB_MAIN stands in this file twice", 4},
    {"quote", "GOLAB_MAIN() {\n  fmt::Println(\"x);\n}\n", "quote", "a string has no closing quote",
     4},
    {"typographic quote", "GOLAB_MAIN() {\n  fmt::Println(\xe2\x80\x9cx\xe2\x80\x9d);\n}\n",
     "stray", "a character that C++ does not know stands here", 4},
    {"something else", "GOLAB_MAIN() {\n  int a[-1];\n}\n", "other", nullptr, 4},
};

std::string Full(const Mistake& mistake) {
  const char first = mistake.source[0];
  return (first == '#' || first == '\n' ? "" : kTop) + mistake.source;
}

// Each is compiled once.
const std::vector<std::string>& Outputs() {
  static const std::vector<std::string> outputs = [] {
    std::vector<std::string> all;
    for (const auto& mistake : kMistakes) all.push_back(Compile(Full(mistake)));
    return all;
  }();
  return outputs;
}

// A line of main.cc.
SourceLine LinesOf(const std::string& source) {
  return [source](const std::string&, int line) {
    std::istringstream in(source);
    std::string text;
    while (line-- > 0) std::getline(in, text);
    return text;
  };
}

TEST(ExplainBuild, RealMistakes) {
  std::string all;
  for (std::size_t i = 0; i < std::size(kMistakes); ++i) {
    const Mistake& mistake = kMistakes[i];
    SCOPED_TRACE(mistake.name);
    const std::string& output = Outputs()[i];
    const BuildExplanation explanation = ExplainBuild(output, LinesOf(Full(mistake)));
    EXPECT_EQ(explanation.kind, mistake.kind) << output;
    if (mistake.message != nullptr) {
      EXPECT_EQ(explanation.message, mistake.message) << output;
    }
    ASSERT_FALSE(explanation.places.empty()) << output;
    EXPECT_EQ(explanation.places[0].file, "main.cc");
    EXPECT_EQ(explanation.places[0].line, mistake.line) << output;
    EXPECT_GE(explanation.errors, 1);
    EXPECT_NE(explanation.compiler.find("error: "), std::string::npos);
    CheckReport report = BuildReport("task1", explanation);
    EXPECT_NE(Explanation(report, "answers/").find("  g++: "), std::string::npos);
    report.compiler.clear();  // its words about golab's headers change with them
    const std::string block = Explanation(report, "answers/");
    EXPECT_EQ(UnknownTerms(block), std::vector<std::string>{});
    all += block + "\n";
  }
  ExpectGolden(all, "lab/explain/testdata/compiler.txt");
}

TEST(ExplainBuild, UsesTheWordsOfGolab) {
  for (std::size_t i = 0; i < std::size(kMistakes); ++i) {
    SCOPED_TRACE(kMistakes[i].name);
    const BuildExplanation explanation = ExplainBuild(Outputs()[i]);
    if (explanation.kind == "other") continue;
    EXPECT_EQ(
        ForbiddenWords(explanation.message + "\n" + explanation.rule + "\n" + explanation.ask),
        std::vector<std::string>{});
  }
}

TEST(ExplainBuild, RecordedOutputs) {
  struct {
    const char* name;
    const char* output;
    const char* kind;
    const char* message;
    const char* file;
  } const cases[] = {
      {"gold, RunWork",
       "work_test.cc:3: error: undefined reference to 'RunWork()'\ncollect2: error: ld returned 1 "
       "exit status\n",
       "undefined", "RunWork is declared and called, but nowhere defined", "work_test.cc"},
      {"ld, RunWork",
       "/usr/bin/ld: /tmp/ccZ6KtwA.o: in function `main':\nwork_test.cc:3: undefined reference to "
       "`RunWork()'\n"
       "collect2: error: ld returned 1 exit status\n",
       "undefined", "RunWork is declared and called, but nowhere defined", "work_test.cc"},
      {"gold, no main",
       "/usr/lib/gcc/x86_64-linux-gnu/12/../../../x86_64-linux-gnu/Scrt1.o:function _start: error: "
       "undefined reference to "
       "'main'\ncollect2: error: ld returned 1 exit status\n",
       "no-main", "the program has no main function", nullptr},
      {"ld, no main",
       "/usr/bin/ld: /usr/lib/gcc/x86_64-linux-gnu/12/Scrt1.o: in function "
       "`_start':\n(.text+0x17): undefined reference to "
       "`main'\ncollect2: error: ld returned 1 exit status\n",
       "no-main", "the program has no main function", nullptr},
      {"gold, two mains",
       "/usr/bin/ld.gold: error: /tmp/ccLO65Ux.o: multiple definition of 'main'\n/usr/bin/ld.gold: "
       "/tmp/ccjmrnpi.o: previous "
       "definition here\n",
       "own-main", "the program defines main itself", nullptr},
      {"refused by golab", "main.cc:1: error: this file defines main(); golab's runtime has it\n",
       "own-main", "the program defines main itself", "main.cc"},
      {"quotes of UTF-8",
       "main.cc:5:11: error: \xe2\x80\x98wg\xe2\x80\x99 is not captured\n    5 |   go([] { "
       "wg.Done(); });\n"
       "main.cc:4:19: note: \xe2\x80\x98golab::sync::WaitGroup wg\xe2\x80\x99 declared here\n",
       "not-captured", "the lambda at main.cc:5 uses 'wg' but does not capture it", "main.cc"},
      {"converted",
       "main.cc:4:15: error: could not convert '1000' from 'int' to 'golab::time::Duration'\n",
       "duration-unit", "'1000' is a number without a unit, where a Duration is needed", "main.cc"},
      {"Defer without a name",
       "main.cc:4:14: error: ignoring return value of 'golab::Defer<F>::Defer(F) [with F = "
       "main()::<lambda()>]', declared with "
       "attribute 'nodiscard' [-Werror=unused-result]\n",
       "defer-unnamed", "a Defer without a name ends, and runs, on this line", "main.cc"},
      {"nothing", "", "other", "the compiler failed and named no error", nullptr},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const BuildExplanation explanation = ExplainBuild(c.output);
    EXPECT_EQ(explanation.kind, c.kind);
    EXPECT_EQ(explanation.message, c.message);
    ASSERT_EQ(explanation.places.empty(), c.file == nullptr);
    if (c.file != nullptr) {
      EXPECT_EQ(explanation.places[0].file, c.file);
    }
  }
}

TEST(ExplainBuild, SecondPlaceIsTheDeclaration) {
  const BuildExplanation explanation = ExplainBuild(Outputs()[0]);
  ASSERT_EQ(explanation.places.size(), 2u);
  EXPECT_EQ(explanation.places[0].source, "  go([] { wg.Done(); });");
  EXPECT_EQ(explanation.places[0].column, 11);
  EXPECT_EQ(explanation.places[1].line, 4);
  EXPECT_EQ(explanation.places[1].source, "  sync::WaitGroup wg;");
  EXPECT_EQ(explanation.compiler, "main.cc:5:11: error: 'wg' is not captured");
}

TEST(ExplainBuild, SuggestsFromTheApi) {
  EXPECT_EQ(ExplainBuild("main.cc:4:3: error: 'MakeChn' was not declared in this scope\n").ask,
            "MakeChan<T>(room)");
  EXPECT_EQ(ExplainBuild("main.cc:4:3: error: 'foo' was not declared in this scope\n").ask, "");
}

TEST(ExplainBuild, TakesAnyBytes) {
  const std::string pieces[] = {"main.cc:1:2: error: ",
                                "'",
                                "% was not declared in this scope",
                                "\xff\xfe",
                                std::string(1, '\0'),
                                "1 | ",
                                "99999999999999999999",
                                ":",
                                "required from here",
                                "\n",
                                std::string(20000, 'x'),
                                "undefined reference to ",
                                "note: ",
                                "multiple definition of "};
  std::uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string output;
    for (int i = 0; i < 12; ++i) {
      random = random * 1664525 + 1013904223;
      output += pieces[(random >> 16) % std::size(pieces)];
    }
    const BuildExplanation explanation = ExplainBuild(output);
    EXPECT_FALSE(explanation.kind.empty());
    EXPECT_LT(explanation.compiler.size(), 500u);
    Explanation(BuildReport("task1", explanation), "");
  }
}

TEST(ExplainBuild, EachKindIsTriedHere) {
  std::set<std::string> tried = {"undefined",     "no-main",       "own-main",
                                 "defer-unnamed", "defined-twice", "const-object"};
  for (const auto& mistake : kMistakes) tried.insert(mistake.kind);
  for (const auto& kind : BuildErrorKinds()) EXPECT_EQ(tried.count(kind), 1u) << kind;
  EXPECT_GE(BuildErrorKinds().size(), 30u);
}

TEST(CompilerOutput, IsReadInPieces) {
  const auto messages = ReadCompilerOutput(
      "In file included from main.cc:1:\n/usr/include/golab/go.h: In instantiation of 'void "
      "golab::go(F&&)':\n"
      "main.cc:5:5:   required from here\n/usr/include/golab/go.h:68:15: error: expression cannot "
      "be used as a function\n"
      "   68 |     (*owner.f)();\n      |     ~~~~~~~~~~^~\nmain.cc:7:1: warning: control reaches "
      "end [-Wreturn-type]\n");
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].kind, CompilerMessage::Kind::kRequired);
  EXPECT_TRUE(messages[0].own);
  EXPECT_FALSE(messages[1].own);
  EXPECT_EQ(messages[1].source, "    (*owner.f)();");
  EXPECT_EQ(messages[2].kind, CompilerMessage::Kind::kWarning);
}

}  // namespace
}  // namespace golab::lab
