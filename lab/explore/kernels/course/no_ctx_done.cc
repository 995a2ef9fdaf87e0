// A worker is given a context and never looks at its Done.
// Every order: it is left over in its receive when the context has ended.
#include <golab/golab.h>

using namespace golab;

namespace {

void Work(const context::Context& ctx, RecvChan<int> jobs) {
  for (const int job : jobs) runtime::KeepAlive(context::WithValue(ctx, "job", job));
}

}  // namespace

GOLAB_MAIN() {
  auto bound = context::WithCancel(context::Background());
  auto jobs = MakeChan<int>();
  go(Work, bound.ctx, RecvChan<int>(jobs));
  jobs.Send(1);
  jobs.Send(2);
  bound.cancel();
}
