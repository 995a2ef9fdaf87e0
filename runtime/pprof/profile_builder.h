#pragma once
// A profile in the form of pprof's profile.proto (github.com/google/pprof/proto), gzipped.
// Go: runtime/pprof/proto.go.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "golab/io.h"

#include "runtime/pprof/label_map.h"
#include "runtime/pprof/names.h"
#include "runtime/pprof/pacer.h"
#include "runtime/pprof/proto_writer.h"

namespace golab::rt {

/// What a number in a profile is: ("goroutine", "count"), ("delay", "nanoseconds").
struct ValueType {
  std::string_view type;
  std::string_view unit;
};

/// One goroutine's.
class ProfileBuilder {
 public:
  ProfileBuilder(NameCache& names, Pacer& pacer);

  void SetPeriod(ValueType type, std::int64_t period);
  void AddSampleType(ValueType type);
  void SetDefaultSampleType(std::string_view type);
  void SetDuration(std::int64_t ns);
  void AddComment(std::string_view text);

  /// `values`: one for each sample type. `labels` may be null.
  void AddSample(const std::uintptr_t* pcs, std::size_t depth,
                 const std::vector<std::uint64_t>& values, const LabelMap* labels);

  /// Writes it all; nothing may be added afterwards.
  Error WriteTo(const io::Writer& to);

 private:
  std::uint64_t StringId(std::string_view text);
  std::uint64_t LocationId(std::uintptr_t pc);
  std::uint64_t FunctionId(const Frame& frame);
  std::uint64_t MappingId(std::uintptr_t pc);
  ProtoMessage ValueTypeMessage(ValueType type);

  struct Mapping {
    std::uintptr_t start = 0;
    std::uintptr_t end = 0;
  };

  NameCache& names_;
  Pacer& pacer_;
  ProtoMessage profile_;
  std::unordered_map<std::string, std::uint64_t> string_ids_;
  std::vector<std::string> strings_;
  std::unordered_map<std::uintptr_t, std::uint64_t> location_ids_;
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> function_ids_;
  std::vector<Mapping> mappings_;
};

}  // namespace golab::rt
