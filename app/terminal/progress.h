#pragma once
// One line on stderr that says what long work is at; only on a terminal, and only after 0.3 s.

#include <chrono>
#include <mutex>
#include <string>

namespace golab::app {

class Progress {
 public:
  /// `shown`: stderr is a terminal, and nothing asks for quiet or plain text.
  explicit Progress(bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Any thread.
  void Say(const std::string& text);
  /// Wipes the line, so that something else can be printed.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex mutex_;
  const bool shown_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = {};
  bool visible_ = false;
};

}  // namespace golab::app
