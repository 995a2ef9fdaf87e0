// A program of tests with a GOLAB_TEST_MAIN; run by testing_test.cc.

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

GOLAB_TEST(Main, t) {
  fmt::Println("main's test");
}

GOLAB_TEST_MAIN(m) {
  bool leak = false;
  bool returns = false;
  flag::BoolVar(&leak, "leak", false, "a flag of the program's own");
  flag::BoolVar(&returns, "returns", false, "return rather than exit");
  flag::Parse();
  if (returns) {
    m.Run();
    return;
  }
  fmt::Println("before", leak);
  fmt::Println("after", m.Run());
  os::Exit(7);
}
