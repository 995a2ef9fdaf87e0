// no-dangling: goroutine 6 reads memory that was given back
// A pointer into a vector that has grown since.
#include <vector>

#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  std::vector<int> list = {1};
  int* first = &list[0];
  auto grown = MakeChan<bool>();
  auto done = MakeChan<bool>();
  go([=] {
    grown.Recv();
    fmt::Println(*first);
    done.Send(true);
  });
  list.push_back(2);
  grown.Send(true);
  done.Recv();
}
