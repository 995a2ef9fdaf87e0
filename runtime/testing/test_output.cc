// What tests print, and when. Go: testing.common.flushToParent, chattyPrinter.

#include <cstdio>

#include "runtime/testing/test_state.h"

namespace golab::rt {
namespace {

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// Each line moved to the right, below its parent's.
std::string Indented(const std::string& text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start) out += "    ";
    out += c;
    at_line_start = c == '\n';
  }
  return out;
}

}  // namespace

void LogOutput(TestState* t, const std::string& lines) {
  TestOutput* output = t->run->output;
  if (!output->verbose) {
    const TestLock lock(t);
    t->output += lines;
    return;
  }
  if (output->last_name != t->name && !output->last_name.empty())
    Print("=== NAME  " + t->name + "\n");
  output->last_name = t->name;
  Print(lines);
}

void FlushToParent(TestState* t, const std::string& header) {
  std::string text = header;
  {
    const TestLock lock(t);
    text += t->output;
    t->output.clear();
  }
  TestState* parent = t->parent;
  if (parent->parent == nullptr) {
    t->run->output->last_name = t->name;
    Print(text);
    return;
  }
  const TestLock lock(parent);
  parent->output += Indented(text);
}

void AnnounceTest(TestState* t) {
  if (!t->run->output->verbose) return;
  t->run->output->last_name = t->name;
  Print("=== RUN   " + t->name + "\n");
}

std::string ReportLine(const char* outcome, const TestState* t) {
  const String line = fmt::Sprintf("--- %s: %s (%.2fs)\n", outcome, t->name, t->duration.Seconds());
  return std::string(line.data(), line.size());
}

}  // namespace golab::rt
