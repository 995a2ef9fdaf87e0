// Places in a buffered channel are taken back one by one.
#include <golab/golab.h>

using namespace golab;

void RunWork();

void RunWork() {
  const auto places = MakeChan<int>(5);
  for (int i = 0; i < 5; ++i) {
    places.Send(i);
    go([places] {
      Select(Recv(time::After(2 * time::Millisecond)));
      places.Recv();
    });
  }
  for (int i = 0; i < 5; ++i) places.Send(i);
}
