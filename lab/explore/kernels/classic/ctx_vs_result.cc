// The worker sends its result and cancels the context, as everybody does when done.
// If main comes to its select when both are ready, it may take the end of the context: status 3.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  auto result = MakeChan<int>(1);
  go([cancel = cancel, result] {
    result.Send(1);
    cancel();
  });
  if (Select(Recv(result), Recv(ctx.Done())) == 1) os::Exit(3);
}
