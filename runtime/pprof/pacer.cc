#include "runtime/pprof/pacer.h"

namespace golab::rt {

void Pacer::Look() noexcept {
  if (world.is_virtual || EventClock() - began_ < kSliceNs) return;
  P* p = arch::ThisP();
  // A goroutine that gives way alone comes to the timers only now and then.
  if (p->next_when <= Now()) Want(p, kWantLook);
  Yield(EventType::kYield);
  began_ = EventClock();
}

}  // namespace golab::rt
