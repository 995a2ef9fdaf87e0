// A server takes one Read for one message, which comes in pieces under some seeds. Status 1 says
// so. Two goroutines talk beside it: switches that do not matter.
#include <golab/golab.h>

#include <string>

using namespace golab;

GOLAB_MAIN() {
  auto [listener, err] = net::Listen("tcp", "localhost:8080");
  if (err) os::Exit(2);
  auto talk = MakeChan<int>();
  go([=] {
    for (int i = 0; i < 5; ++i) talk.Send(i);
  });
  go([] {
    auto [conn, failed] = net::Dial("tcp", "localhost:8080");
    if (failed) os::Exit(3);
    conn.Write("three jobs, please");
    conn.Close();
  });
  for (int i = 0; i < 5; ++i) talk.Recv();
  auto [conn, refused] = listener.Accept();
  if (refused) os::Exit(4);
  char message[64];
  auto [n, failed] = conn.Read(message, sizeof message);
  if (failed || std::string(message, static_cast<std::size_t>(n)) != "three jobs, please")
    os::Exit(1);
  conn.Close();
}
