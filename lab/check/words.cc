#include "lab/check/words.h"

#include <cstdio>
#include <cstring>

namespace golab::lab {

std::string Who(std::uint32_t g) {
  if (g == 0) return "the program";
  return g == 1 ? "main" : "goroutine " + std::to_string(g);
}

std::string InSeconds(std::uint64_t ns) {
  char text[40];
  const auto ms = static_cast<unsigned long long>(ns / 1'000'000);
  std::snprintf(text, sizeof text, "%llu.%03llu s", ms / 1000, ms % 1000);
  return text;
}

std::string Grouped(std::int64_t n) {
  std::string digits = std::to_string(n);
  const std::size_t first = n < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string FileLine(const Frame& frame) {
  return frame.line == 0 ? "" : frame.file + ":" + std::to_string(frame.line);
}

std::string InBrackets(rt::WaitReason reason) {
  return std::string("[") + rt::WaitReasonText(reason) + "]";
}

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

std::string_view WithoutPackage(std::string_view function) {
  const std::size_t dot = function.rfind('.');
  return dot == std::string_view::npos ? function : function.substr(dot + 1);
}

}  // namespace golab::lab
