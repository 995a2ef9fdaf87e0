// A breaker lets one request work at a time; a test unlocks the requests in order (serving #2137).
// If the second request takes the place first, it waits for its lock, and the first for the place.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Request {
  sync::Mutex* lock;
  Chan<bool> accepted;
};

struct Breaker {
  Chan<int> pending = MakeChan<int>(4);
  Chan<int> active = MakeChan<int>(1);

  bool Maybe(sync::Mutex* until) const {
    if (Select(Send(pending, 1), Default) == kDefault) return false;
    active.Send(1);
    until->Lock();
    until->Unlock();
    active.Recv();
    pending.Recv();
    return true;
  }

  Request Start(sync::Mutex* lock) const {
    runtime::Gosched();
    Request request{lock, MakeChan<bool>(1)};
    lock->Lock();
    sync::WaitGroup started;
    started.Add(1);
    go([&started, request, breaker = *this] {
      started.Done();
      request.accepted.Send(breaker.Maybe(request.lock));
    });
    started.Wait();
    return request;
  }
};

}  // namespace

GOLAB_MAIN() {
  const Breaker breaker;
  sync::Mutex locks[4];
  Request requests[4];
  for (int i = 0; i < 4; ++i) requests[i] = breaker.Start(&locks[i]);
  for (const Request& request : requests) {
    request.lock->Unlock();
    request.accepted.Recv();
  }
}
