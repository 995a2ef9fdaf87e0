// A node's Status asks its loop and does not look whether the loop has ended (etcd #6857).
// If Stop is served first, the asker is left over in its send.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Node {
  Chan<Chan<int>> status = MakeChan<Chan<int>>();
  Chan<int> stop = MakeChan<int>();
  Chan<int> done = MakeChan<int>();

  void Run() const {
    for (;;) {
      Chan<int> asker;
      if (Select(Recv(status, asker), Recv(stop)) == 1) return done.Close();
      asker.Send(1);
    }
  }

  void Status() const {
    auto answer = MakeChan<int>();
    status.Send(answer);
    answer.Recv();
  }

  void Stop() const {
    if (Select(Send(stop, 1), Recv(done)) == 0) done.Recv();
  }
};

}  // namespace

GOLAB_MAIN() {
  const Node node;
  go([=] { node.Run(); });
  go([=] { node.Status(); });
  go([=] { node.Stop(); });
}
