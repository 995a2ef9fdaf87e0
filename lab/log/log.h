#pragma once
// What golab does behind a verdict, for whoever wonders why it takes long: which submission was
// compiled and which found in the cache, how many schedules ran and in what time. Never part of a
// report: times differ, verdicts do not.

#include <chrono>
#include <string>
#include <string_view>

namespace golab::lab {

/// Gets each line. Any thread; lines of several threads come one at a time.
using LogSink = void (*)(std::string_view line);

/// Where lines go from now on; null (as at the start): nowhere, and they cost nothing.
/// Before other threads log.
void SetLogSink(LogSink sink);

/// True if somebody listens: what is dear to put into words is put only then.
bool Logs();

void Log(std::string_view line);

/// Logs "WHAT: 12.3 ms" when its scope is left.
class LogTime {
 public:
  explicit LogTime(std::string what);
  ~LogTime();
  LogTime(const LogTime&) = delete;
  LogTime& operator=(const LogTime&) = delete;

  /// Said behind the time.
  void Add(std::string_view text) { more_ += text; }

 private:
  std::string what_;
  std::string more_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace golab::lab
