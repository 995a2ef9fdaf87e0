#include "runtime/pprof/collected_profile.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace golab::rt {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Sums {
 public:
  void Add(const CollectedProfile& profile, std::int64_t sign) {
    for (const CollectedProfile::Sample& sample : profile.samples) {
      CollectedProfile::Sample& sum =
          sums_[{sample.pcs, sample.labels ? sample.labels->list : Labels{}}];
      if (sum.values.empty()) sum = {sample.pcs, sample.labels, {}};
      sum.values.resize(sample.values.size());
      for (std::size_t i = 0; i < sample.values.size(); ++i)
        sum.values[i] += sign * sample.values[i];
    }
  }

  std::vector<CollectedProfile::Sample> NotZero() const {
    std::vector<CollectedProfile::Sample> samples;
    for (const auto& [key, sample] : sums_) {
      const auto is_zero = [](std::int64_t value) { return value == 0; };
      if (!std::all_of(sample.values.begin(), sample.values.end(), is_zero))
        samples.push_back(sample);
    }
    return samples;
  }

 private:
  std::map<std::pair<std::vector<std::uintptr_t>, Labels>, CollectedProfile::Sample> sums_;
};

}  // namespace

CollectedProfile Difference(const CollectedProfile& before, const CollectedProfile& after) {
  Sums sums;
  sums.Add(before, -1);
  sums.Add(after, 1);
  CollectedProfile difference = after;
  difference.samples = sums.NotZero();
  return difference;
}

Error WriteCollected(const io::Writer& to, const CollectedProfile& profile) {
  PrepareNamesAside();
  NameCache names;
  Pacer pacer;
  ProfileBuilder builder(names, pacer);
  builder.SetPeriod(profile.period_type, profile.period);
  for (const ValueType& type : profile.types) builder.AddSampleType(type);
  if (!profile.default_type.empty()) builder.SetDefaultSampleType(profile.default_type);
  if (!profile.comment.empty()) builder.AddComment(profile.comment);
  builder.SetDuration(profile.duration_ns);
  for (const CollectedProfile::Sample& sample : profile.samples) {
    // Two's complement, as in the wire form of int64.
    const std::vector<std::uint64_t> values(sample.values.begin(), sample.values.end());
    builder.AddSample(sample.pcs.data(), sample.pcs.size(), values, sample.labels.get());
    pacer.Look();
  }
  return builder.WriteTo(to);
}

}  // namespace golab::rt
