#pragma once
// What the compiler said, for people who are new to it: the first error, in the words of this API,
// with the rule behind it. The compiler's own line stays, because it is what one searches for.
//
// Reads the output of g++ 12 (LC_ALL=C or not) and of the linkers ld and gold, and what golab
// itself says of an image that it refuses. Any bytes are taken.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/report/report.h"

namespace golab::lab {

struct BuildExplanation {
  std::string kind;     ///< "not-captured"; "other" where the compiler's words are all there is
  std::string message;  ///< line one
  std::vector<Place> places;  ///< with the source lines that the compiler quotes
  std::string rule;           ///< may be empty
  std::string ask;            ///< what to try; may be empty
  std::string compiler;       ///< "main.cc:12:11: error: 'wg' is not captured"
  int errors = 0;             ///< errors in all
};

/// A line of the submission, for places that the compiler names without quoting; "" if unknown.
using SourceLine = std::function<std::string(const std::string& file, int line)>;

/// Never fails: without any error in `output` the kind is "other" and the message says so.
BuildExplanation ExplainBuild(std::string_view output, const SourceLine& source_line = nullptr);

/// The `builds` check of a task that did not build.
CheckReport BuildReport(const std::string& task_id, const BuildExplanation& explanation);

/// All kinds that can be told apart, for tests.
std::vector<std::string> BuildErrorKinds();

}  // namespace golab::lab
