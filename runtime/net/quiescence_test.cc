// All goroutines wait for the network, and nothing is on its way there.

#include <csignal>
#include <string>
#include <utility>

#include "golab/golab.h"

#include "runtime/tests/on_goroutine.h"

namespace golab::tests {
namespace {

void AcceptForEver() {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  if (err) os::Exit(7);
  fmt::Println("listens");
  ln.Accept();
}

/// A connection whose ends wait for each other.
void ReadForEver() {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  auto [client, dial_err] = net::Dial("tcp", ln.Addr().String());
  auto [server, accept_err] = ln.Accept();
  if (err || dial_err || accept_err) os::Exit(7);
  go([client = client] {
    char byte;
    client.Read(&byte, 1);
  });
  fmt::Println("both read");
  char byte;
  server.Read(&byte, 1);
}

/// As before, but a deadline is to come: no end of the run.
void ReadUntilADeadline() {
  auto [ln, err] = net::Listen("tcp", "127.0.0.1:0");
  auto [client, dial_err] = net::Dial("tcp", ln.Addr().String());
  if (err || dial_err) os::Exit(7);
  client.SetReadDeadline(time::Now().Add(time::Millisecond));
  char byte;
  os::Exit(os::IsTimeout(client.Read(&byte, 1).err) ? 0 : 8);
}

bool Begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

TEST(Quiescence, EndsTheVirtualRunAndSaysWhoWaits) {
  for (const auto& [body, waiting] : {std::pair(&AcceptForEver, 1), {&ReadForEver, 2}}) {
    const ChildResult got = RunProgram(body, TestWorld::kVirtual);
    EXPECT_EQ(got.status, 2);
    EXPECT_TRUE(Begins(got.err,
                       "fatal error: all goroutines wait for ever: nothing is on its way in the "
                       "network\n(in the real world, as with Go, the program would stand here in "
                       "silence)\n"))
        << got.err;
    int found = 0;
    for (std::size_t at = 0; (at = got.err.find("[IO wait]:", at)) != std::string::npos; ++at)
      ++found;
    EXPECT_EQ(found, waiting) << got.err;
  }
}

TEST(Quiescence, IsSilenceInTheRealWorld) {
  for (const auto body : {&AcceptForEver, &ReadForEver}) {
    ChildOptions options;
    options.signal_when_asleep = SIGQUIT;
    const ChildResult got = RunProgram(body, TestWorld::kReal, options);
    EXPECT_EQ(got.status, 2);
    EXPECT_TRUE(Begins(got.err, "SIGQUIT: quit\n")) << got.err;
    EXPECT_NE(got.err.find("[IO wait]:"), std::string::npos) << got.err;
  }
}

TEST(Quiescence, IsNoneWhileADeadlineIsToCome) {
  ExpectSuccess(&ReadUntilADeadline, TestWorld::kVirtual);
  ExpectSuccess(&ReadUntilADeadline, TestWorld::kReal);
}

}  // namespace
}  // namespace golab::tests
