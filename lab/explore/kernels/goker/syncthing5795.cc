// A connection is closed by a message's handler, which waits for its own dispatcher (syncthing
// #5795). If the message is dispatched before somebody else closes: the dispatcher waits for
// itself.
#include <golab/golab.h>

using namespace golab;

namespace {

struct Connection {
  Chan<int> inbox = MakeChan<int>();
  Chan<int> closed = MakeChan<int>();
  Chan<int> dispatcher_ended = MakeChan<int>();
  sync::Once once;

  void Close() {
    once.Do([&] {
      closed.Close();
      dispatcher_ended.Recv();
    });
  }

  void Dispatch() {
    while (Select(Recv(closed), Recv(inbox)) == 1) Close();
    dispatcher_ended.Close();
  }

  void Receive() { Select(Send(inbox, 1), Recv(closed)); }
};

Connection c;

}  // namespace

GOLAB_MAIN() {
  go([] { c.Dispatch(); });
  go([] { c.Receive(); });
  go([] { c.Close(); });
  c.dispatcher_ended.Recv();
}
