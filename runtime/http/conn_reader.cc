#include "runtime/http/conn_reader.h"

#include "golab/go.h"
#include "golab/references.h"

#include "runtime/net/conn_inside.h"

namespace golab::http {

void ConnReader::Release(Watch* watch) {
  if (rt::DropReference(&watch->references)) delete watch;
}

void ConnReader::StartBackgroundRead(rt::RequestInside* request) {
  Watch* const watch = watch_;
  watch->mutex.Lock();
  if (!watch->in_read) {
    watch->in_read = true;
    rt::RetainRequest(request);
    __atomic_fetch_add(&watch->references, 1, __ATOMIC_RELAXED);  // by one who holds one
    go(&BackgroundRead, this, rt::RequestInsideRef(request));
  }
  watch->mutex.Unlock();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): let go of before the end is told
void ConnReader::BackgroundRead(ConnReader* self, rt::RequestInsideRef request) {
  Watch* const watch = self->watch_;
  rt::Input& input = self->input;
  bool gone = false;
  while (input.HasRoom()) {
    const rt::Readiness readiness = rt::WaitReadable(input.conn());
    if (readiness == rt::Readiness::kAborted || readiness == rt::Readiness::kTimeout) break;
    if (readiness == rt::Readiness::kClosed) {
      gone = true;
      break;
    }
    const auto [n, err] = input.TakeArrived();
    if (n == 0 && err == nullptr) continue;  // woken for nothing
    gone = err != nullptr;
    break;
  }
  if (gone) request.get()->End();
  request = {};
  // Whoever aborts goes on from here, and this object may end with it.
  watch->mutex.Lock();
  watch->in_read = false;
  watch->cond.Broadcast();
  watch->mutex.Unlock();
  Release(watch);
}

void ConnReader::AbortPendingRead() {
  Watch* const watch = watch_;
  watch->mutex.Lock();
  if (watch->in_read) {
    rt::AbortWait(input.conn());
    while (watch->in_read) watch->cond.Wait();
    rt::ClearAbort(input.conn());
  }
  watch->mutex.Unlock();
}

}  // namespace golab::http
