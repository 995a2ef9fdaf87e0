#include "app/terminal/live_count.h"

#include <algorithm>
#include <cstdio>

namespace golab::app {
namespace {

constexpr std::uint64_t kStep = 50'000'000;
constexpr const char* kUnicode[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kAscii[] = {" ", "_", ".", "-", "=", "+", "*", "%", "#"};
constexpr int kLevels = 8;

void Put(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace

LiveCount::LiveCount(bool drawn, const lab::Style& style) : drawn_(drawn), style_(style) {}

void LiveCount::Take(std::span<const rt::Record> records) {
  for (const rt::Record& r : records) {
    // Records of different processors may come a little out of order; the plot does not go back.
    now_ = std::max(now_, r.time);
    while (sampled_ + kStep <= now_) {
      sampled_ += kStep;
      counts_.push_back(count_);
    }
    const auto type = static_cast<rt::EventType>(r.type);
    const bool system = type == rt::EventType::kCreate && r.reason == 1 && r.arg != 1;
    if (type == rt::EventType::kCreate && !system) ++count_;
    if (type == rt::EventType::kEnd) --count_;
    most_ = std::max(most_, count_);
  }
}

void LiveCount::Print(const std::string& out, const std::string& err) {
  if (!out.empty() || !err.empty()) {
    Wipe();
    Put(stdout, out);
    std::fflush(stdout);
    Put(stderr, err);
    const std::string& last = err.empty() ? out : err;
    in_line_ = last.back() != '\n';
  }
  if (drawn_) {
    if (!in_line_) Draw();
  } else if (style_.detail >= 0 && !in_line_ && count_ != told_ &&
             (told_ < 0 || now_ >= told_at_ + kStep)) {
    std::printf("  %.3f s  %d goroutine%s\n", static_cast<double>(now_) / 1e9, count_,
                count_ == 1 ? "" : "s");
    told_ = count_;
    told_at_ = now_;
  }
  std::fflush(stdout);
}

std::string LiveCount::Plot() const {
  const std::size_t cells = static_cast<std::size_t>(std::clamp(style_.width - 34, 8, 60));
  const std::size_t begin = counts_.size() > cells ? counts_.size() - cells : 0;
  std::string plot;
  for (std::size_t i = begin; i < counts_.size(); ++i) {
    const int level = std::clamp((counts_[i] * kLevels + most_ - 1) / most_, 0, kLevels);
    plot += style_.unicode ? kUnicode[level] : kAscii[level];
  }
  return plot;
}

void LiveCount::Draw() {
  std::printf("\r\033[K%7.2f s %6d goroutine%s  %s", static_cast<double>(now_) / 1e9, count_,
              count_ == 1 ? " " : "s", Plot().c_str());
  visible_ = true;
}

void LiveCount::Wipe() {
  if (!visible_) return;
  std::fputs("\r\033[K", stdout);
  visible_ = false;
}

void LiveCount::End() {
  if (!drawn_) {
    std::fflush(stdout);
    return;
  }
  // The last plot stays: it is the picture of the run.
  if (!in_line_) Draw();
  if (visible_ || in_line_) std::fputs("\n", stdout);
  visible_ = false;
  std::fflush(stdout);
}

}  // namespace golab::app
