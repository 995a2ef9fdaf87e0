#pragma once
// The number of goroutines while a program runs: on a terminal a plot that moves under the
// program's output, elsewhere a line whenever the number has changed.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lab/explain/style.h"
#include "runtime/event/record.h"

namespace golab::app {

class LiveCount {
 public:
  /// `drawn`: one line is rewritten; else lines are added.
  LiveCount(bool drawn, const lab::Style& style);

  void Take(std::span<const rt::Record> records);
  /// What the program printed since the last call, then the count.
  void Print(const std::string& out, const std::string& err);
  /// Wipes the plot.
  void End();

 private:
  void Draw();
  void Wipe();
  std::string Plot() const;

  const bool drawn_;
  const lab::Style style_;
  int count_ = 0;
  int most_ = 1;
  int told_ = -1;
  std::uint64_t now_ = 0;      // of the last record
  std::uint64_t sampled_ = 0;  // until when counts_ goes
  std::uint64_t told_at_ = 0;
  std::vector<int> counts_;  // one each kStep
  bool visible_ = false;
  bool in_line_ = false;  // the program's last line is not complete
};

}  // namespace golab::app
