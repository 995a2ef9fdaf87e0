#pragma once
// Requests as bytes with what must come of them: testdata/raw_cases.txt.

#include <string>
#include <vector>

namespace golab::tests {

struct RawCase {
  std::string name;
  std::string bytes;        ///< up to where the client waits, if it does
  std::string later;        ///< what it sends then
  bool waits = false;       ///< for an answer before `later`
  bool half_close = false;  ///< after all of it
  char fate = ' ';
  std::string answers;
  std::string body;
};

std::vector<RawCase> ReadRawCases(const char* path);

/// Every answer in `text` as raw_cases.txt writes it, and the body of the last one.
struct Summary {
  std::string answers;
  std::string body;
};

Summary Summarize(const std::string& text, bool head);

}  // namespace golab::tests
