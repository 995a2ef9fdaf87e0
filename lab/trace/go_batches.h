#pragma once
// The bytes of a Go trace, taken apart: batches, strings, stacks. Says nothing of what they mean.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lab/error.h"
#include "lab/trace/go_reader.h"

namespace golab::lab {

/// Reads numbers off the front of `bytes`.
class GoBytes {
 public:
  explicit GoBytes(std::string_view bytes) : bytes_(bytes) {}

  bool Byte(std::uint8_t* out);
  bool Number(std::uint64_t* out);  ///< uvarint, at most 10 bytes
  bool Take(std::uint64_t size, std::string_view* out);

  bool AtEnd() const { return at_ == bytes_.size(); }

  std::size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// Timed events of one M.
struct GoBatch {
  std::uint64_t m = 0;
  std::uint64_t time = 0;  // ticks
  std::string_view payload;
  std::size_t offset = 0;  // of the payload in the file
};

/// One generation.
struct GoGeneration {
  std::uint64_t number = 0;
  std::uint64_t frequency = 0;
  std::vector<GoBatch> batches;
  std::unordered_map<std::uint64_t, std::string_view> strings;
  std::unordered_map<std::uint64_t, std::vector<GoFrame>> stacks;
};

/// Hands out generations one after another.
class GoBatchReader {
 public:
  /// Behind the header.
  explicit GoBatchReader(std::string_view bytes) : bytes_(bytes), in_(bytes) {}

  /// False: there is none left. Errors name the offset; what came before stands.
  Result<bool> Next(GoGeneration* out);

 private:
  struct RawBatch {
    std::uint64_t generation = 0;
    GoBatch batch;
    bool experimental = false;
  };

  Result<bool> ReadBatch(RawBatch* out);
  Result<void> Add(const GoBatch& batch, GoGeneration* out);
  Result<void> AddStrings(const GoBatch& batch, GoGeneration* out);

  struct RawFrame {
    std::uint64_t pc, function, file, line;
  };

  Result<void> AddStacks(const GoBatch& batch);
  Result<void> NameStacks(GoGeneration* out);

  std::string_view bytes_;
  GoBytes in_;
  bool has_kept_ = false;
  RawBatch kept_;  // the first of the next generation
  std::uint64_t last_generation_ = 0;
  std::vector<std::pair<std::uint64_t, std::vector<RawFrame>>> raw_stacks_;
};

}  // namespace golab::lab
