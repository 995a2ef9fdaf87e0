#pragma once
// golab's own: a driver plays the outside world of a program that serves: clients that ask, leave,
// or say nothing, the operator who sends signals. For tasks, whose driver.cc is linked with the
// program that is judged:
//
//   GOLAB_DRIVER_SETUP() { driver::TakePort("localhost:8080"); }   // before main
//   GOLAB_DRIVER() {                                               // beside main
//     driver::AwaitPort("localhost:8080");
//     driver::Curl("http://localhost:8080/health").ExpectStatus(200).Do();
//     driver::Curl("http://localhost:8080/slow").Named("leaves").Disconnect(50 *
//     time::Millisecond).Start(); driver::Curl("http://localhost:8080/").Times(100).Start();
//     driver::Wait();
//     driver::Signal(os::Interrupt);
//   }
//
// It runs on a goroutine that is not the program's, as do those that it starts: not in
// runtime::NumGoroutine, dumps, leak checks or the recording's lives. What it asked and what came
// back is in the recording (EventType::kOutside), for checks. It must not print.

#include <cstddef>
#include <cstdint>

#include "golab/duration.h"
#include "golab/main.h"
#include "golab/os.h"
#include "golab/string.h"
#include "golab/time.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct DriverRequest;

struct DriverEntry {
  const char* program;
  void (*setup)();  ///< before main, or null
  void (*run)();    ///< beside main, or null
  DriverEntry* next;
};

void RegisterDriver(DriverEntry* entry);
void RetainRequest(DriverRequest* request) noexcept;
void ReleaseRequest(DriverRequest* request) noexcept;

}  // namespace golab::rt

namespace golab::driver {

/// How an exchange ended. Values are stored in recordings: never renumber.
enum class Outcome : std::uint8_t {
  kAnswered = 0,  ///< the whole answer came
  kRefused = 1,   ///< nobody listens there
  kReset = 2,     ///< the connection was reset
  kClosed = 3,    ///< closed before the answer was whole
  kTimeout = 4,   ///< MaxTime passed
  kLeft = 5,      ///< this client went away, as it was told to
  kFailed = 6,    ///< something else: no such address
};

/// What came back.
struct Answer {
  Outcome outcome = Outcome::kFailed;
  int status = 0;       ///< 200; 0 if there is none
  golab::String head;   ///< status line and headers
  golab::String body;   ///< decoded; of what is no HTTP all of it
  time::Duration took;  ///< since the request was begun
};

/// A request, or raw bytes: how it is made, then Do or Start. A handle: its copies are the same.
class Request {
 public:
  Request(const Request& other) noexcept : rep_(other.rep_) { rt::RetainRequest(rep_); }

  Request& operator=(const Request&) = delete;

  ~Request() { rt::ReleaseRequest(rep_); }

  Request& Named(const golab::String& label);  ///< what checks find it by
  Request& Header(const golab::String& name, const golab::String& value);
  Request& Data(const golab::String& form);  ///< curl -d: a POST with this body
  Request& Head();                           ///< curl -I
  Request& Method(const golab::String& method);
  Request& MaxTime(time::Duration most);  ///< curl --max-time: then it leaves
  Request& After(time::Duration pause);   ///< begins so long after Do or Start
  Request& Times(int n);                  ///< Start begins so many at once
  Request& KeepAlive(int n);              ///< so many, one after another, on one connection

  Request& Disconnect(time::Duration pause);  ///< leaves so long after all was sent
  Request& DisconnectAfter(int bytes);        ///< sends so many of its bytes, then leaves
  Request& Reset();                           ///< leaves with a reset
  Request& HalfClose();                       ///< says that it sends no more, and waits
  Request& ReadSlowly(int bytes, time::Duration pause);  ///< that many, then a pause, and so on
  Request& UntilClosed();                                ///< reads until the other end closes

  /// Of the answer's body so many bytes are in the recording (4 KiB), at most 256 KiB; a run has
  /// room for 1 MiB of texts.
  Request& KeepBody(int most);

  Request& ExpectStatus(int status);
  Request& ExpectBody(const golab::String& body);

  Answer Do();   ///< and waits for the answer
  void Start();  ///< in the background; Wait waits

  explicit Request(rt::DriverRequest* adopted) noexcept : rep_(adopted) {}  ///< For the library.

 private:
  rt::DriverRequest* rep_;
};

/// As `curl URL` asks: a connection of its own. `url`: http://host:port/path.
Request Curl(const golab::String& url);

/// These bytes to "host:port"; what comes is read as HTTP if it looks so, else until the end.
Request Raw(const golab::String& address, const golab::String& bytes);

/// Connects and says nothing, until the other end closes, or until it is told to leave.
Request Silent(const golab::String& address);

void Sleep(time::Duration d);

/// Whether the program runs in real time, where a long look costs as much.
bool InRealTime();

/// Waits for all that was started.
void Wait();

/// Waits until somebody listens there, for at most `most`. False: nobody does.
bool AwaitPort(const golab::String& address, time::Duration most = 5 * time::Second);

/// Waits until the program listens anywhere, for at most `most`: where it did so first, with the
/// port that it got for :0. "": it does not.
golab::String AwaitListener(time::Duration most = 5 * time::Second);

/// The operator sends a signal.
void Signal(os::Signal signal);

/// Somebody else has this port, from now to the end. Best before main: GOLAB_DRIVER_SETUP.
void TakePort(const golab::String& address);

/// The program's accept of number `k` from now on fails: too many open files. Virtual world.
void FailAccept(int k);

/// The run ends here, as a server's does when it is killed.
[[noreturn]] void End();

}  // namespace golab::driver

#pragma GCC visibility pop

#define GOLAB_DRIVER_ENTRY_(which, setup, run)                                           \
  static void which();                                                                   \
  static ::golab::rt::DriverEntry which##entry{GOLAB_PROGRAM_NAME, setup, run, nullptr}; \
  [[maybe_unused]] static const bool which##registered =                                 \
      (::golab::rt::RegisterDriver(&which##entry), true);                                \
  static void which()

/// What the driver does before main, on no goroutine.
#define GOLAB_DRIVER_SETUP() GOLAB_DRIVER_ENTRY_(GolabDriverSetup_, &GolabDriverSetup_, nullptr)

/// What the driver does beside main.
#define GOLAB_DRIVER() GOLAB_DRIVER_ENTRY_(GolabDriver_, nullptr, &GolabDriver_)
