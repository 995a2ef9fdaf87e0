#pragma once
// Symbols for tests: addresses are what the test says they are.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lab/history/history.h"

namespace golab::lab {

class FakeSymbols final : public Symbols {
 public:
  /// `pc` lies in `function` at file:line, a line of the program itself.
  FakeSymbols& Own(std::uint64_t pc, std::string function, std::string file, int line,
                   int column = 0) {
    frames_[pc] = {{std::move(function), std::move(file), line, column, pc, true}};
    return *this;
  }

  /// `pc` lies in golab or the standard library.
  FakeSymbols& Other(std::uint64_t pc, std::string function) {
    frames_[pc] = {{std::move(function), "/usr/include/golab/x.h", 1, 0, pc, false}};
    return *this;
  }

  std::vector<Frame> Lookup(std::uint64_t pc, bool) const override {
    const auto it = frames_.find(pc);
    return it == frames_.end() ? std::vector<Frame>() : it->second;
  }

 private:
  std::map<std::uint64_t, std::vector<Frame>> frames_;
};

}  // namespace golab::lab
