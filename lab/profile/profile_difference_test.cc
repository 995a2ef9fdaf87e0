// What grew between two profiles, in all forms; how it is said; where profiles are fetched from.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/profile/difference.h"
#include "lab/profile/fetch.h"
#include "lab/profile/profile_lines.h"

namespace golab::lab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string PathOf(const std::string& name) {
  return GOLAB_SOURCE_DIR "/lab/profile/testdata/" + name;
}

Profile Read(const std::string& text) {
  auto profile = ReadProfile(text, "input");
  EXPECT_TRUE(profile) << (profile ? "" : profile.error().Text());
  return profile ? *std::move(profile) : Profile{.types = {{}}};
}

Profile Load(const std::string& name) {
  auto profile = LoadProfile(PathOf(name), nullptr);
  EXPECT_TRUE(profile) << (profile ? "" : profile.error().Text());
  return profile ? *std::move(profile) : Profile{.types = {{}}};
}

/// `count` goroutines of a dump at main.FUNCTION, created at line `created`.
std::string Dumped(int count, const std::string& function, int line, int created = 50) {
  std::string text;
  static int id = 100;
  for (int i = 0; i < count; ++i)
    text += "goroutine " + std::to_string(++id) + " [chan receive]:\nmain." + function +
            "()\n\t/src/main.cc:" + std::to_string(line) +
            "\ncreated by main.main in goroutine 1\n\t/src/main.cc:" + std::to_string(created) +
            "\n\n";
  return text;
}

/// debug=1: groups "COUNT FUNCTION LINE".
std::string Counted(const std::vector<std::tuple<int, std::string, int>>& groups) {
  std::string text;
  int total = 0;
  for (const auto& [count, function, line] : groups) {
    total += count;
    text += std::to_string(count) + " @ 0x10\n#\t0xf\tmain." + function +
            "+0x1\t/src/main.cc:" + std::to_string(line) + "\n\n";
  }
  return "goroutine profile: total " + std::to_string(total) + "\n" + text;
}

std::string Printed(const Lines& lines) {
  return Print(lines, false);
}

TEST(ProfileDifference, TellsWhatGrewMostFirst) {
  const Profile before = Read(Counted({{3, "a", 1}, {5, "b", 2}, {2, "c", 3}, {1, "gone", 4}}));
  const Profile after = Read(Counted({{4, "a", 1}, {50, "b", 2}, {2, "c", 3}, {7, "fresh", 9}}));
  const ProfileDifference d = Difference(before, after);
  EXPECT_EQ(d.before, 11);
  EXPECT_EQ(d.after, 63);
  EXPECT_EQ(d.same, 1);
  ASSERT_THAT(d.changes, SizeIs(4));
  EXPECT_EQ(d.changes[0].Growth(), 45);
  EXPECT_EQ(d.changes[0].frames.front().function, "main.b");
  EXPECT_EQ(d.changes[1].Growth(), 7);
  EXPECT_EQ(d.changes[1].before, 0);
  EXPECT_EQ(d.changes[2].Growth(), 1);
  EXPECT_EQ(d.changes[3].Growth(), -1);
  EXPECT_EQ(d.changes[3].frames.front().function, "main.gone");
}

TEST(ProfileDifference, TellsWhichCreationSiteGrew) {
  // One stack, two go lines: only one of them leaks.
  const Profile before = Read(Dumped(4, "wait", 12, 20) + Dumped(4, "wait", 12, 30));
  const Profile after = Read(Dumped(4, "wait", 12, 20) + Dumped(9, "wait", 12, 30));
  const ProfileDifference d = Difference(before, after);
  ASSERT_THAT(d.changes, SizeIs(1));
  EXPECT_EQ(d.changes[0].Growth(), 5);
  ASSERT_THAT(d.changes[0].creators, SizeIs(1));
  EXPECT_EQ(d.changes[0].creators[0].at.line, 30);
  EXPECT_EQ(d.changes[0].creators[0].count, 5);
}

TEST(ProfileDifference, LinesThatMovedAreTheSameStack) {
  const Profile before = Read(Counted({{3, "a", 10}, {5, "a", 20}, {1, "b", 30}}));
  const Profile after = Read(Counted({{3, "a", 14}, {9, "a", 24}, {1, "b", 34}}));
  const ProfileDifference d = Difference(before, after);
  EXPECT_EQ(d.same, 2);
  ASSERT_THAT(d.changes, SizeIs(1));
  EXPECT_TRUE(d.changes[0].moved);
  EXPECT_EQ(d.changes[0].frames.front().line, 24);
  EXPECT_EQ(d.changes[0].Growth(), 4);
}

TEST(ProfileDifference, AStackMoreOfTheSameFunctionsIsNew) {
  const Profile before = Read(Counted({{3, "a", 10}}));
  const Profile after = Read(Counted({{3, "a", 10}, {6, "a", 20}}));
  const ProfileDifference d = Difference(before, after);
  EXPECT_EQ(d.same, 1);
  ASSERT_THAT(d.changes, SizeIs(1));
  EXPECT_FALSE(d.changes[0].moved);
  EXPECT_EQ(d.changes[0].Growth(), 6);
  // Which of two has moved cannot be known.
  const ProfileDifference unclear = Difference(before, Read(Counted({{4, "a", 11}, {6, "a", 20}})));
  EXPECT_THAT(unclear.changes, SizeIs(3));
}

TEST(ProfileDifference, EmptyProfiles) {
  const Profile none = Read("goroutine profile: total 0\n");
  const Profile some = Read(Counted({{3, "a", 10}}));
  EXPECT_THAT(Difference(none, none).changes, IsEmpty());
  EXPECT_EQ(Difference(none, some).changes.at(0).Growth(), 3);
  EXPECT_EQ(Difference(some, none).changes.at(0).Growth(), -3);
}

TEST(ProfileDifference, FormsCanBeCompared) {
  // The three pages of one server of Go's, fetched one after another.
  const Profile proto = Load("go-1.24-goroutine.pb.gz");
  const Profile counts = Load("go-1.24-goroutine-debug1.txt");
  const ProfileDifference d = Difference(proto, counts);
  const auto waits = std::find_if(d.changes.begin(), d.changes.end(), [](const StackChange& c) {
    return !c.frames.empty() && c.frames.front().function == "main.waitForever";
  });
  EXPECT_EQ(waits, d.changes.end()) << "100 in both: the frames of the runtime are not compared";
  const ProfileDifference grown = Difference(proto, Read(Dumped(103, "waitForever", 10)));
  // The sample's file has another name: line and function are the same, the file is not.
  EXPECT_EQ(grown.after, 103);
}

TEST(ProfileDifference, LabelsMakeNoDifference) {
  const Profile before = Read("goroutine profile: total 2\n2 @ 0x10\n");
  const Profile after = Read(
      "goroutine profile: total 2\n1 @ 0x10\n# labels: {\"a\":\"1\"}\n\n"
      "1 @ 0x10\n# labels: {\"a\":\"2\"}\n");
  EXPECT_THAT(Difference(before, after).changes, IsEmpty());
}

TEST(ProfileDifference, HostileCountsDoNotOverflow) {
  const std::string most = std::to_string(INT64_MAX);
  const Profile before = Read("goroutine profile: total " + most + "\n" + most + " @ 0x10\n");
  const Profile after =
      Read("goroutine profile: total " + most + "\n" + most + " @ 0x10\n" + most + " @ 0x10\n");
  EXPECT_THAT(Difference(before, after).changes, IsEmpty()) << "both at the end of the range";
  EXPECT_EQ(Difference(Read("goroutine profile: total 0\n"), after).changes.at(0).Growth(),
            INT64_MAX);
}

TEST(ProfileLines, SayWhatGrewAndWhereItWasCreated) {
  const Profile before = Read(Dumped(2, "wait", 12, 20) + Dumped(3, "gone", 7, 21));
  const Profile after = Read(Dumped(5, "wait", 12, 20));
  EXPECT_EQ(Printed(DifferenceLines(Difference(before, after), {})),
            "5 -> 5 goroutines: 1 stack grew, 1 shrank, 0 as before\n"
            "  +3     2 -> 5  [chan receive]\n"
            "         main.wait                     /src/main.cc:12\n"
            "         created by main.main          /src/main.cc:20\n"
            "  -3     3 -> 0  [chan receive]\n"
            "         main.gone                     /src/main.cc:7\n");
}

TEST(ProfileLines, SayWhereCreatorsAreToBeHad) {
  const std::string text = Printed(DifferenceLines(
      Difference(Read(Counted({{1, "a", 1}})), Read(Counted({{2, "a", 1}}))), {.width = 60}));
  EXPECT_THAT(text, HasSubstr("goroutine?debug=2 has it"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 60U) << line;
}

TEST(ProfileLines, ShowAProfile) {
  const std::string text =
      Printed(ProfileLines(Load("go-1.24-goroutine-debug1.txt"), "debug1.txt", {}));
  EXPECT_THAT(text, HasSubstr("debug1.txt: 104 goroutines, 5 different stacks (debug=1)\n"
                              "  100\n"
                              "         main.waitForever              /src/t5/main.go:10\n"));
  EXPECT_THAT(text, HasSubstr("... and 3 frames (-v)")) << text;
  EXPECT_THAT(Printed(ProfileLines(Load("go-1.24-goroutine-debug1.txt"), "x", {.detail = 1})),
              Not(HasSubstr("(-v)")));
}

TEST(ProfileLines, HostileTextMovesNoCursor) {
  const Profile profile = Read(
      "goroutine 1 [\x1b[2J]:\nmain.\x1b[31mf()\n\t/src/\x1b]0;x\x07.cc:1\n"
      "created by a\x1b[Hb in goroutine 7\n\t/src/main.cc:3\n");
  const std::string text = Printed(ProfileLines(profile, "a\x1b[2Jb", {}));
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

/// A server that gives one answer, for one connection after another, until it is destroyed.
class Server {
 public:
  explicit Server(std::string answer) : answer_(std::move(answer)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    thread_ = std::thread([this] { Serve(); });
  }

  ~Server() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  const std::string& url() const { return url_; }

  /// The first line of the last request. Of one that has been answered.
  const std::string& asked() const { return asked_; }

 private:
  void Serve() {
    for (;;) {
      const int connection = ::accept(socket_, nullptr, nullptr);
      if (connection < 0) return;
      std::string head;
      char buffer[1024];
      while (head.find("\r\n\r\n") == head.npos) {
        const ssize_t n = ::recv(connection, buffer, sizeof buffer, 0);
        if (n <= 0) break;
        head.append(buffer, static_cast<std::size_t>(n));
      }
      asked_ = head.substr(0, head.find("\r\n"));
      (void)::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }

  std::string answer_, url_, asked_;
  int socket_ = -1;
  std::thread thread_;
};

std::string Http(const std::string& status, const std::string& body,
                 const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string LoadError(const std::string& url) {
  const auto profile = LoadProfile(url, nullptr);
  return profile ? "" : profile.error().Text();
}

TEST(Fetch, UrlsMeanTheFormWithCreators) {
  EXPECT_EQ(ProfileUrl("http://h:6060"), "http://h:6060/debug/pprof/goroutine?debug=2");
  EXPECT_EQ(ProfileUrl("https://h/"), "https://h/debug/pprof/goroutine?debug=2");
  EXPECT_EQ(ProfileUrl("http://h/debug/pprof"), "http://h/debug/pprof/goroutine?debug=2");
  EXPECT_EQ(ProfileUrl("http://h/debug/pprof/"), "http://h/debug/pprof/goroutine?debug=2");
  EXPECT_EQ(ProfileUrl("http://h/debug/pprof/goroutine"), "http://h/debug/pprof/goroutine");
  EXPECT_FALSE(IsUrl("http.txt"));
}

TEST(Fetch, ReadsARunningProgram) {
  const Server server(Http("200 OK", Dumped(3, "wait", 12)));
  const auto profile = LoadProfile(server.url(), nullptr);
  ASSERT_TRUE(profile) << profile.error().Text();
  EXPECT_EQ(profile->Total(), 3);
  EXPECT_EQ(server.asked(), "GET /debug/pprof/goroutine?debug=2 HTTP/1.1");
}

TEST(Fetch, SaysWhatWentWrong) {
  {
    const Server server(Http("404 Not Found", "404 page not found\nmore"));
    EXPECT_THAT(LoadError(server.url()),
                HasSubstr("cannot fetch it: status 404: 404 page not found"));
  }
  {
    const Server server(Http("200 OK", "<html></html>"));
    EXPECT_THAT(LoadError(server.url()), HasSubstr("no profile: it is a web page"));
  }
  {
    const Server server("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\ngoroutine 1 [run");
    EXPECT_THAT(LoadError(server.url()), HasSubstr("cannot fetch it: "));
  }
  {
    const Server server("nonsense\r\n\r\n");
    EXPECT_THAT(LoadError(server.url()), HasSubstr("cannot fetch it: "));
  }
  {
    const Server server(Http("302 Found", "", "Location: file:///etc/passwd\r\n"));
    EXPECT_THAT(LoadError(server.url()), HasSubstr("cannot fetch it: "));
  }
  std::string gone;
  {
    const Server server("");
    gone = server.url();
  }
  EXPECT_THAT(LoadError(gone), HasSubstr("does the program serve there?"));
  const std::atomic<bool> cancel = true;
  const Server server(Http("200 OK", "x"));
  const auto cancelled = LoadProfile(server.url(), &cancel);
  ASSERT_FALSE(cancelled);
  EXPECT_THAT(cancelled.error().Text(), HasSubstr("interrupted"));
}

TEST(Fetch, FilesThatAreNotThere) {
  EXPECT_THAT(LoadError(PathOf("none.txt")), HasSubstr("none.txt"));
}

}  // namespace
}  // namespace golab::lab
