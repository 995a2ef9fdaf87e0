#include "app/terminal/progress.h"

#include <cstdio>

namespace golab::app {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(300);
constexpr auto kBetween = std::chrono::milliseconds(50);
constexpr char kWipe[] = "\r\033[K";

}  // namespace

Progress::Progress(bool shown) : shown_(shown) {}

Progress::~Progress() {
  Clear();
}

void Progress::Say(const std::string& text) {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now - start_ < kPatience || now - last_ < kBetween) return;
  last_ = now;
  visible_ = true;
  std::fprintf(stderr, "%s%s", kWipe, text.c_str());
  std::fflush(stderr);
}

void Progress::Clear() {
  const std::lock_guard lock(mutex_);
  if (!visible_) return;
  visible_ = false;
  std::fputs(kWipe, stderr);
  std::fflush(stderr);
}

}  // namespace golab::app
