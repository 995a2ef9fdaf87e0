#include "lab/log/log.h"

#include <cstdio>
#include <mutex>

namespace golab::lab {
namespace {

LogSink the_sink = nullptr;
std::mutex one_at_a_time;

}  // namespace

void SetLogSink(LogSink sink) {
  the_sink = sink;
}

bool Logs() {
  return the_sink != nullptr;
}

void Log(std::string_view line) {
  if (the_sink == nullptr) return;
  const std::lock_guard lock(one_at_a_time);
  the_sink(line);
}

LogTime::LogTime(std::string what)
    : what_(std::move(what)), began_(std::chrono::steady_clock::now()) {}

LogTime::~LogTime() {
  if (!Logs()) return;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began_;
  char time[32];
  std::snprintf(time, sizeof time, ": %.1f ms", took.count());
  Log(what_ + time + more_);
}

}  // namespace golab::lab
