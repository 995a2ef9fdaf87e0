#pragma once
// A predefined profile at one moment, in numbers: what is written for pprof, and what the
// difference of two moments is made of.

#include <cstdint>
#include <string_view>
#include <vector>

#include "golab/io.h"

#include "runtime/pprof/label_map.h"
#include "runtime/pprof/profile_builder.h"

namespace golab::rt {

struct CollectedProfile {
  struct Sample {
    std::vector<std::uintptr_t> pcs;  ///< return addresses, innermost first
    LabelRef labels;
    std::vector<std::int64_t> values;  ///< one for each type
  };

  ValueType period_type;
  std::int64_t period = 0;
  std::vector<ValueType> types;
  std::string_view default_type;  ///< empty: the last
  std::string_view comment;       ///< empty: none
  std::int64_t duration_ns = 0;   ///< 0: a moment
  std::vector<Sample> samples;
};

/// What has come between two moments; less is negative. Samples that are zero are left out.
CollectedProfile Difference(const CollectedProfile& before, const CollectedProfile& after);

/// For pprof.
Error WriteCollected(const io::Writer& to, const CollectedProfile& profile);

}  // namespace golab::rt
