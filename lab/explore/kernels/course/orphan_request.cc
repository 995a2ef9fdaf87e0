// A client gives up on its request, and the server answers all the same.
// Every order: the server is left over in the send to nobody.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Request {
  int number = 0;
  Chan<int> answer;
};

}  // namespace

GOLAB_MAIN() {
  auto requests = MakeChan<Request>();
  go([=] {
    for (const Request& r : requests) {
      time::Sleep(50 * time::Millisecond);
      r.answer.Send(r.number * r.number);
    }
  });
  const Request mine{7, MakeChan<int>()};
  requests.Send(mine);
  Select(Recv(mine.answer), Recv(time::After(10 * time::Millisecond)));
  requests.Close();
}
