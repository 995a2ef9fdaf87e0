#pragma once
// Reports for machines. Each format is a pure function of a Report: the same report, the same
// bytes.

#include <string>
#include <string_view>
#include <vector>

#include "lab/report/report.h"

namespace golab::lab {

/// One object, schema "golab.report/1" (report.schema.json). Ends with a newline, as all do.
std::string WriteJson(const Report& report);

/// JUnit XML after the schema of Jenkins; a suite a task, a case a check.
std::string WriteJunit(const Report& report);

/// TAP 14, a subtest a task.
std::string WriteTap(const Report& report);

/// The same under the version line of TAP 13, for older harnesses (prove of Debian 12).
std::string WriteTap13(const Report& report);

struct Format {
  const char* name;  ///< for --format
  const char* what;  ///< for help
  std::string (*write)(const Report& report);
};

/// All formats for machines, in the order of help. "terminal" is none of them.
const std::vector<Format>& Formats();

/// Null if there is none of that name.
const Format* FindFormat(std::string_view name);

}  // namespace golab::lab
