// How the program ended, as far as its checks are concerned.

#include "lab/history/questions.h"

namespace golab::lab {

Moment EndOf(const History& h) {
  if (h.main_return() != kNever) return h.main_return();
  return h.ending().at != kNever ? h.ending().at : h.last();
}

bool EndedByForce(const Ending& ending) {
  switch (ending.kind) {
    case Ending::Kind::kMainReturned:
    case Ending::Kind::kExit:
    case Ending::Kind::kDeadlock:
    case Ending::Kind::kLivelock:
    case Ending::Kind::kVirtualLimit:
    case Ending::Kind::kOutsideEnd:
      return false;
    case Ending::Kind::kPanic:
    case Ending::Kind::kFatal:
    case Ending::Kind::kSignal:
    case Ending::Kind::kKilled:
    case Ending::Kind::kVanished:
      return true;
  }
  return true;
}

bool StoppedOnItsWay(const History& h) {
  return h.main_return() == kNever && EndedByForce(h.ending());
}

bool StoppedOrExited(const History& h) {
  const bool exits = h.main_return() == kNever && h.ending().kind == Ending::Kind::kExit;
  return exits || StoppedOnItsWay(h);
}

}  // namespace golab::lab
