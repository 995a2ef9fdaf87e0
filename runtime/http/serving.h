#pragma once
// A server for tests, and clients that speak bytes.

#include <charconv>
#include <string>
#include <string_view>

#include "golab/golab.h"
#include "golab/http.h"
#include "golab/testing.h"

namespace golab::tests {

/// Listens on a free port; Start serves. Ends with its scope: Serve has returned by then.
class Serving {
 public:
  explicit Serving(http::Handler handler) {
    auto [made, err] = net::Listen("tcp", "127.0.0.1:0");
    if (err) panic(err);
    listener = made;
    address = made.Addr().String();
    url = "http://" + address;
    server.Handler = handler;
    server.ErrorLog = log::New(
        [this](const char* text, std::size_t size) {
          Log({text, size});
        },
        "", 0);
  }

  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  ~Serving() {
    server.Close();
    served.Wait();
  }

  void Start() {
    served.Add(1);
    go([this] {
      result = server.Serve(listener);
      served.Done();
    });
  }

  /// What the server has logged so far.
  std::string Logged() {
    mutex_.Lock();
    Defer unlock{[this] { mutex_.Unlock(); }};
    return logged_;
  }

  http::Server server;
  net::Listener listener;
  String address;
  String url;
  sync::WaitGroup served;
  golab::Error result;  ///< of Serve, once served is done

 private:
  void Log(std::string_view text) {
    mutex_.Lock();
    logged_ += text;
    mutex_.Unlock();
  }

  sync::Mutex mutex_;
  std::string logged_;  // guarded by mutex_
};

/// Lets everybody go on who can, without a wait for anything else.
inline void Settle() {
  time::Sleep(10 * time::Millisecond);
}

/// Waits until as many goroutines are left, for at most a few seconds. Whether they are.
inline bool AwaitGoroutines(int n) {
  for (int i = 0; i < 2000 && runtime::NumGoroutine() != n; ++i) time::Sleep(time::Millisecond);
  return runtime::NumGoroutine() == n;
}

inline net::Conn Dial(const String& address) {
  auto [conn, err] = net::Dial("tcp", address);
  if (err) panic(err);
  return conn;
}

/// Waits until what tests before have left behind has ended. How many goroutines there are then:
/// main and the test's own.
inline int AwaitQuiet(testing::T& t) {
  constexpr int kOwn = 2;
  if (!AwaitGoroutines(kOwn)) t.Fatalf("%d goroutines before the test", runtime::NumGoroutine());
  return kOwn;
}

/// Sends `request` on a new connection, and reads up to its end.
inline std::string Exchange(const String& address, const std::string& request) {
  const net::Conn conn = Dial(address);
  conn.Write(request.data(), request.size());
  const auto [text, err] = io::ReadAll(conn);
  conn.Close();
  return std::string(text) + (err ? " error: " + std::string(err.Text()) : "");
}

/// Reads up to the end of one answer's header and of the body that it announces by length.
inline std::string ReadAnswer(const net::Conn& conn) {
  std::string text;
  while (true) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end != std::string::npos) {
      const std::size_t at = text.find("Content-Length: ");
      // Not by strtoul: errno is the thread's, and to TSan goroutines are threads.
      std::size_t length = 0;
      if (at < end) std::from_chars(text.data() + at + 16, text.data() + end, length);
      if (text.size() >= end + 4 + length) return text;
    }
    char c;
    if (conn.Read(&c, 1).n == 0) return text;
    text += c;
  }
}

inline std::string WithoutDate(std::string text) {
  const std::size_t at = text.find("Date: ");
  return at == std::string::npos ? text : text.erase(at, text.find("\r\n", at) + 2 - at);
}

/// "GET /path HTTP/1.1" with a host and these lines.
inline std::string Get(const std::string& path, const std::string& lines = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}

}  // namespace golab::tests
