#include "runtime/driver/outside_evidence.h"

#include <algorithm>
#include <string>

#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/recording.h"
#include "runtime/world/world.h"

namespace golab::rt {

void RecordOutside(OutsideKind kind, OutsideEvidence evidence, std::string_view label,
                   std::string_view first, std::string_view second, std::uint32_t most) {
  if (!world.lab) return;
  label = label.substr(0, UINT16_MAX);
  first = first.substr(0, kMostOutsideBody);
  evidence.body_size =
      static_cast<std::uint32_t>(std::min<std::size_t>(second.size(), UINT32_MAX));
  second = second.substr(0, std::min(most, kMostOutsideBodyAsked));
  evidence.label_size = static_cast<std::uint16_t>(label.size());
  evidence.first_size = static_cast<std::uint32_t>(first.size());
  evidence.second_size = static_cast<std::uint32_t>(second.size());
  std::string blob(reinterpret_cast<const char*>(&evidence), sizeof evidence);
  blob.append(label).append(first).append(second);
  P* const p = arch::ThisP();
  MarkOutputFully(p, 0);
  Emit(p, EventType::kOutside, 0, static_cast<std::uint8_t>(kind),
       EvidenceText(blob.data(), blob.size()), 0);
}

}  // namespace golab::rt
