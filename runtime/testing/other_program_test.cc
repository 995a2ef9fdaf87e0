// A second program in the image of program_with_main_test.cc.
#define GOLAB_PROGRAM_NAME "other"

#include "golab/golab.h"

using namespace golab;  // NOLINT(google-build-using-namespace): as programs do

GOLAB_TEST(Other, t) { fmt::Println("other's test"); }
