#pragma once
// Go's net: TCP connections and listeners, and pipes inside the process.
//
//   auto [ln, err] = net::Listen("tcp", "localhost:8080");
//   for (;;) {
//     auto [conn, err] = ln.Accept();
//     if (err) return err;
//     go([conn] {
//       char buffer[512];
//       auto [n, err] = conn.Read(buffer, sizeof buffer);
//       conn.Write(buffer, n);
//       conn.Close();
//     });
//   }
//
// A goroutine that waits for the network waits in [IO wait] and occupies no thread. In the virtual
// world the network is one inside the process, whose ports, latency and cut of the bytes follow the
// schedule.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "golab/context.h"
#include "golab/duration.h"
#include "golab/errors.h"
#include "golab/io.h"
#include "golab/string.h"
#include "golab/time.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

class [[gnu::visibility("hidden")]] ConnRep;  // inside the library
class [[gnu::visibility("hidden")]] ListenerRep;
const Error& ErrNetClosed();

void RetainConn(ConnRep* rep) noexcept;
void ReleaseConn(ConnRep* rep) noexcept;
void RetainListener(ListenerRep* rep) noexcept;
void ReleaseListener(ListenerRep* rep) noexcept;

}  // namespace golab::rt

namespace golab::net {

/// `use of closed network connection`: what operations on a closed Conn or Listener wrap, by
/// errors::Is. Go: net.ErrClosed.
inline constexpr rt::ErrorConstant ErrClosed{&rt::ErrNetClosed};

/// An IP address and a port. Go: net.TCPAddr.
struct TCPAddr {
  golab::String IP;  ///< `127.0.0.1`, `::1`. Differs: a text; empty: any
  int Port = 0;

  golab::String Network() const;  ///< `tcp`
  golab::String String() const;   ///< `127.0.0.1:80`, `[::1]:80`, `:80`
};

/// Where an end of a connection is; nil by default. Go: net.Addr.
class Addr {
 public:
  Addr() noexcept = default;

  Addr(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): nil, as in Go

  // NOLINTNEXTLINE(google-explicit-constructor): as a value becomes an interface in Go
  Addr(TCPAddr tcp) : kind_(kTCP), tcp_(std::move(tcp)) {}

  static Addr OfPipe();  ///< For the library.

  golab::String Network() const;  ///< `tcp`, `pipe`. Panics if nil.
  golab::String String() const;   ///< `127.0.0.1:80`, `pipe`. Panics if nil.

  /// The TCPAddr that it is, else null: `ln.Addr().As<net::TCPAddr>()->Port`.
  template <class T>
  const T* As() const noexcept {
    static_assert(std::is_same_v<T, TCPAddr>, "net::Addr holds nothing else than a net::TCPAddr");
    return kind_ == kTCP ? &tcp_ : nullptr;
  }

  explicit operator bool() const noexcept { return kind_ != kNil; }

  friend bool operator==(const Addr& a, std::nullptr_t) noexcept { return a.kind_ == kNil; }

  fmt::Arg AsArg() const;  ///< How fmt prints it: by String(), nil as `<nil>`.

 private:
  enum Kind : std::uint8_t { kNil, kTCP, kPipe } kind_ = kNil;

  TCPAddr tcp_;
};

/// What a failed operation says: `dial tcp 127.0.0.1:1: connect: connection refused`,
/// `read tcp 127.0.0.1:2->127.0.0.1:1: i/o timeout`. Go: net.OpError.
struct OpError {
  golab::String Op;   ///< `dial`, `listen`, `accept`, `read`, `write`, `close`, `set`
  golab::String Net;  ///< `tcp`, `pipe`
  net::Addr Source;   ///< of a connection: its own end
  net::Addr Addr;     ///< the other end; of a listener: its own
  golab::Error Err;

  golab::String Text() const;

  golab::Error Unwrap() const { return Err; }

  bool Timeout() const;    ///< a deadline or Dialer::Timeout has passed
  bool Temporary() const;  ///< worth another try: too many open files, a connection that was gone
};

/// What is wrong with the text of an address: `address nonsense: missing port in address`.
/// Go: net.AddrError.
struct AddrError {
  golab::String Err;
  golab::String Addr;

  golab::String Text() const;

  bool Timeout() const { return false; }

  bool Temporary() const { return false; }
};

/// A name without an address: `lookup nosuch: no such host`. Go: net.DNSError.
struct DNSError {
  golab::String Err;
  golab::String Name;
  bool IsNotFound = false;

  golab::String Text() const;

  bool Timeout() const { return false; }

  bool Temporary() const { return false; }
};

/// An error that knows whether it is a timeout: `if (net::Error late{err}; late &&
/// late.Timeout())`. nil if neither `err` nor what it wraps has a method Timeout. Go: net.Error,
/// found by errors.As.
class Error {
 public:
  Error() noexcept = default;
  explicit Error(const golab::Error& err);

  bool Timeout() const;        ///< Panics if nil.
  golab::String Text() const;  ///< Panics if nil.

  explicit operator bool() const noexcept { return static_cast<bool>(err_); }

 private:
  golab::Error err_;
};

/// A stream between two ends; a reference, nil by default, copied by reference. Any number of
/// goroutines may use one: of several that read, each gets a part, of several that write, each
/// writes all of its own in one piece. Closed when the last copy is gone, if not before.
/// Calls on a nil Conn panic as Go's do. Go: net.Conn.
/// Differs: a type of the program's cannot be one.
class Conn {
 public:
  Conn() noexcept = default;

  Conn(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): nil, as in Go

  Conn(const Conn& other) noexcept : rep_(other.rep_) {
    if (rep_ != nullptr) rt::RetainConn(rep_);
  }

  Conn(Conn&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Conn& operator=(Conn other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Conn() {
    if (rep_ != nullptr) rt::ReleaseConn(rep_);
  }

  /// Waits until there is something to read and takes up to `size` bytes of it. io::Eof when the
  /// other end has said that nothing follows. Wait reason "IO wait", of a pipe "select".
  io::Transfer Read(void* buffer, std::size_t size) const;

  /// Writes all, or says why not; waits while the other end does not read. Wait reason as Read.
  io::Transfer Write(const void* data, std::size_t size) const;

  /// The same for a text. Go: Write([]byte(text)).
  io::Transfer Write(const golab::String& text) const { return Write(text.data(), text.size()); }

  /// Ends both directions; who waits in Read or Write returns with ErrClosed. What was written is
  /// still sent. Bytes that were received and never read make it a reset for the other end.
  /// The second time: ErrClosed.
  golab::Error Close() const;

  net::Addr LocalAddr() const;
  net::Addr RemoteAddr() const;

  /// From `t` on, waiting Reads and Writes, and later ones, fail with os::ErrDeadlineExceeded
  /// (`i/o timeout`). The zero Time: never. Go: SetDeadline and so on.
  golab::Error SetDeadline(const time::Time& t) const;
  golab::Error SetReadDeadline(const time::Time& t) const;
  golab::Error SetWriteDeadline(const time::Time& t) const;

  /// Itself as a TCPConn, nil if it is none: `if (auto tcp = conn.As<net::TCPConn>())`.
  /// Go: conn.(*net.TCPConn).
  template <class T>
  T As() const noexcept;

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  friend bool operator==(const Conn& a, const Conn& b) noexcept { return a.rep_ == b.rep_; }

  explicit Conn(rt::ConnRep* adopted) noexcept : rep_(adopted) {}  ///< For the library.

  rt::ConnRep* raw() const noexcept { return rep_; }  ///< For the library.

 protected:
  bool IsTCP() const noexcept;

 private:
  rt::ConnRep* rep_ = nullptr;  // null: nil
};

/// A TCP connection, with what only such a one can. Go: *net.TCPConn.
class TCPConn : public Conn {
 public:
  TCPConn() noexcept = default;

  /// Nothing more will be read: Read gives io::Eof.
  golab::Error CloseRead() const;

  /// Nothing more will be written: the other end reads what was, then io::Eof. Write fails:
  /// `broken pipe`.
  golab::Error CloseWrite() const;

  /// What Close does with bytes not yet sent: below 0, the default, they are sent behind its back;
  /// 0 throws them away and resets the connection; above, Close is as by default, and what is not
  /// sent after so many seconds is thrown away.
  golab::Error SetLinger(int seconds) const;

  /// Whether small writes are sent at once. On by default.
  golab::Error SetNoDelay(bool on) const;

  /// Whether the system asks now and then if the other end is there still. On by default.
  golab::Error SetKeepAlive(bool on) const;

 private:
  friend class Conn;

  explicit TCPConn(const Conn& conn) noexcept : Conn(conn) {}
};

template <class T>
T Conn::As() const noexcept {
  static_assert(std::is_same_v<T, TCPConn>, "a net::Conn can be a net::TCPConn");
  return IsTCP() ? TCPConn(*this) : TCPConn();
}

/// What Accept and Dial give: `auto [conn, err] = net::Dial("tcp", "localhost:8080");`.
struct Connected {
  Conn conn;
  golab::Error err;
};

/// Takes in connections; a reference as Conn. Closed when the last copy is gone, if not before.
/// Go: net.Listener.
class Listener {
 public:
  Listener() noexcept = default;

  Listener(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): nil, as in Go

  Listener(const Listener& other) noexcept : rep_(other.rep_) {
    if (rep_ != nullptr) rt::RetainListener(rep_);
  }

  Listener(Listener&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Listener& operator=(Listener other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Listener() {
    if (rep_ != nullptr) rt::ReleaseListener(rep_);
  }

  /// Waits for the next connection, in [IO wait]. After Close, also for who waits: ErrClosed.
  Connected Accept() const;

  /// No more connections; those that nobody has accepted are reset. The second time: ErrClosed.
  golab::Error Close() const;

  /// Where it listens; the port that was found where port 0 was asked for.
  net::Addr Addr() const;

  /// Accepts after `t` fail with os::ErrDeadlineExceeded. Go: (*net.TCPListener).SetDeadline.
  golab::Error SetDeadline(const time::Time& t) const;

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  friend bool operator==(const Listener& a, const Listener& b) noexcept { return a.rep_ == b.rep_; }

  explicit Listener(rt::ListenerRep* adopted) noexcept : rep_(adopted) {}  ///< For the library.

  rt::ListenerRep* raw() const noexcept { return rep_; }  ///< For the library.

 private:
  rt::ListenerRep* rep_ = nullptr;  // null: nil
};

/// What Listen gives: `auto [ln, err] = net::Listen("tcp", ":8080");`.
struct Listening {
  Listener ln;
  golab::Error err;
};

/// Listens on `address`, "host:port": an IP address or `localhost`, and a number; without a host on
/// all addresses; port 0 or none finds a free one. `network`: "tcp", "tcp4", "tcp6".
/// Errors: `listen tcp 127.0.0.1:80: bind: address already in use`. Go: net.Listen.
Listening Listen(const golab::String& network, const golab::String& address);

/// Connects to `address`. Waits in [IO wait]; a name other than `localhost` is looked up in a
/// blocking call. Errors: `dial tcp 127.0.0.1:1: connect: connection refused`. Go: net.Dial.
Connected Dial(const golab::String& network, const golab::String& address);

/// The same, for at most `timeout`: then `dial tcp 127.0.0.1:1: i/o timeout`. Go: net.DialTimeout.
Connected DialTimeout(const golab::String& network, const golab::String& address,
                      time::Duration timeout);

/// How to connect. Go: net.Dialer.
struct Dialer {
  time::Duration Timeout;  ///< 0: none
  time::Time Deadline;     ///< zero: none

  Connected Dial(const golab::String& network, const golab::String& address) const;

  /// Ends with the context, too, with `operation was canceled` or `i/o timeout`. A nil ctx panics
  /// `nil context`. Go: (*Dialer).DialContext.
  Connected DialContext(const context::Context& ctx, const golab::String& network,
                        const golab::String& address) const;
};

/// The ends of a pipe: `auto [client, server] = net::Pipe();`.
struct PipeEnds {
  Conn c1;
  Conn c2;
};

/// Two ends in this process, without a buffer: a Write returns when all of it has been read. Waits
/// are [select]. Errors: `io: read/write on closed pipe`. Go: net.Pipe.
PipeEnds Pipe();

/// What SplitHostPort gives: `auto [host, port, err] = net::SplitHostPort("[::1]:80");`.
struct HostPort {
  golab::String host;
  golab::String port;
  golab::Error err;
};

/// Takes "host:port", "[host]:port", "[host%zone]:port" apart. Errors: AddrError,
/// `address nonsense: missing port in address`. Go: net.SplitHostPort.
HostPort SplitHostPort(const golab::String& hostport);

/// "host:port", with brackets around a host that has a colon. Go: net.JoinHostPort.
golab::String JoinHostPort(const golab::String& host, const golab::String& port);

}  // namespace golab::net

#pragma GCC visibility pop
