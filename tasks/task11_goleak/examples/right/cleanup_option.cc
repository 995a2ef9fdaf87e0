// The status goes through goleak's Cleanup; leaks are looked for after failures, too.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

static void Background(context::Context ctx) {
  ctx.Done().Recv();
}

GOLAB_TEST(Timeout, t) {
  auto [ctx, cancel] = context::WithTimeout(context::Background(), 10 * time::Millisecond);
  Defer canceled{cancel};
  const Chan<Error> result = MakeChan<Error>(1);
  go([=, ctx = ctx] {
    ctx.Done().Recv();
    result.Send(ctx.Err());
  });
  if (result.Recv() != context::DeadlineExceeded) t.Error("another end");
}

GOLAB_TEST_MAIN(m) {
  auto [ctx, cancel] = context::WithCancel(context::Background());
  go(&Background, ctx);
  goleak::VerifyTestMain(m, goleak::IgnoreTopFunction("main.Background"), goleak::RunOnFailure(),
                         goleak::Cleanup([cancel = cancel](int status) {
                           cancel();
                           os::Exit(status);
                         }));
}
