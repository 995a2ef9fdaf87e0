// must fail: catches
// The known one sleeps; the option leaves out whoever sleeps.
#include <golab/golab.h>
#include <golab/testing.h>

using namespace golab;

static void Poll() {
  for (;;) time::Sleep(time::Minute);
}

GOLAB_TEST(Answers, t) {
  const Chan<String> answer = MakeChan<String>(1);
  go([=] { answer.Send("42"); });
  if (answer.Recv() != "42") t.Fatal("another answer");
}

GOLAB_TEST_MAIN(m) {
  go(&Poll);
  goleak::VerifyTestMain(m, goleak::IgnoreTopFunction("time.Sleep"));
}
