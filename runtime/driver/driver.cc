// The vocabulary of drivers. They run on goroutines that are not the program's (kGSystem), so that
// all of the runtime is theirs, too: connections, sleeping, channels.

#include "golab/driver.h"

#include <string>
#include <string_view>

#include "golab/go.h"
#include "golab/net.h"
#include "golab/references.h"
#include "golab/sync.h"

#include "runtime/driver/driver_request.h"
#include "runtime/driver/outside_evidence.h"
#include "runtime/net/backend.h"
#include "runtime/net/first_listener.h"
#include "runtime/net/virtual_backend.h"
#include "runtime/sched/sched.h"
#include "runtime/world/exit.h"
#include "runtime/world/signal_arrival.h"
#include "runtime/world/world.h"

namespace golab {
namespace rt {
namespace {

sync::WaitGroup& Started() {
  static auto* const group = new sync::WaitGroup;
  return *group;
}

std::string Copy(const String& text) {
  return std::string(text.data(), text.size());
}

std::string_view View(const String& text) {
  return {text.data(), text.size()};
}

}  // namespace

void RetainRequest(DriverRequest* request) noexcept {
  __atomic_fetch_add(&request->references, 1, __ATOMIC_RELAXED);
}

void ReleaseRequest(DriverRequest* request) noexcept {
  if (DropReference(&request->references)) delete request;
}

}  // namespace rt

namespace driver {

Request& Request::Named(const golab::String& label) {
  rep_->label = rt::Copy(label);
  return *this;
}

Request& Request::Header(const golab::String& name, const golab::String& value) {
  rep_->headers += rt::Copy(name) + ": " + rt::Copy(value) + "\r\n";
  return *this;
}

Request& Request::Data(const golab::String& form) {
  rep_->data = rt::Copy(form);
  rep_->has_data = true;
  rep_->method = "POST";
  return *this;
}

Request& Request::Head() {
  rep_->method = "HEAD";
  return *this;
}

Request& Request::Method(const golab::String& method) {
  rep_->method = rt::Copy(method);
  return *this;
}

Request& Request::MaxTime(time::Duration most) {
  rep_->max_time = most;
  return *this;
}

Request& Request::After(time::Duration pause) {
  rep_->after = pause;
  return *this;
}

Request& Request::Times(int n) {
  rep_->times = n;
  return *this;
}

Request& Request::KeepAlive(int n) {
  rep_->keep_alive = n;
  return *this;
}

Request& Request::Disconnect(time::Duration pause) {
  rep_->leaves_after = pause;
  return *this;
}

Request& Request::DisconnectAfter(int bytes) {
  rep_->sends_at_most = bytes;
  return *this;
}

Request& Request::Reset() {
  rep_->resets = true;
  return *this;
}

Request& Request::HalfClose() {
  rep_->half_close = true;
  return *this;
}

Request& Request::ReadSlowly(int bytes, time::Duration pause) {
  rep_->slow_bytes = bytes;
  rep_->slow_pause = pause;
  return *this;
}

Request& Request::UntilClosed() {
  rep_->until_closed = true;
  return *this;
}

Request& Request::ExpectStatus(int status) {
  rep_->status_wanted = status;
  return *this;
}

Request& Request::ExpectBody(const golab::String& body) {
  rep_->body_wanted = rt::Copy(body);
  rep_->has_body_wanted = true;
  return *this;
}

Request& Request::KeepBody(int most) {
  rep_->keeps = most < 0 ? 0 : static_cast<std::uint32_t>(most);
  return *this;
}

Answer Request::Do() {
  return rt::MakeExchange(*rep_);
}

void Request::Start() {
  for (int i = 0; i < rep_->times; ++i) {
    rt::Started().Add(1);
    go([request = *this] {
      rt::MakeExchange(*request.rep_);
      rt::Started().Done();
    });
  }
}

Request Curl(const golab::String& url) {
  auto* request = new rt::DriverRequest;
  request->is_http = true;
  std::string_view rest = rt::View(url);
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  const std::size_t slash = rest.find('/');
  request->host = rest.substr(0, slash);
  request->path = slash == rest.npos ? "/" : std::string(rest.substr(slash));
  request->address = request->host;
  if (request->host.find(':') == std::string::npos) request->address += ":80";
  return Request(request);
}

Request Raw(const golab::String& address, const golab::String& bytes) {
  auto* request = new rt::DriverRequest;
  request->address = rt::Copy(address);
  request->raw = rt::Copy(bytes);
  return Request(request);
}

Request Silent(const golab::String& address) {
  return Raw(address, "").UntilClosed();
}

void Sleep(time::Duration d) {
  time::Sleep(d);
}

bool InRealTime() {
  return !rt::world.is_virtual;
}

void Wait() {
  rt::Started().Wait();
}

namespace {

/// Asks at growing intervals until `is_there` says so, for at most `most`.
template <class Question>
bool Await(time::Duration most, const Question& is_there) {
  const time::Time end = time::Now().Add(most);
  for (time::Duration pause = time::Millisecond; !is_there(); pause = pause * 2) {
    if (time::Now().Add(pause).After(end)) return false;
    time::Sleep(pause);
  }
  return true;
}

}  // namespace

golab::String AwaitListener(time::Duration most) {
  return Await(most,
               [] {
                 GOLAB_AT_CALL_ON(rt::kTheNetwork, kRead);
                 return rt::FirstListener() != nullptr;
               })
             ? golab::String(rt::FirstListener())
             : golab::String();
}

bool AwaitPort(const golab::String& address, time::Duration most) {
  const bool there = Await(most, [&address] {
    auto [conn, err] = net::Dial("tcp", address);
    if (!err) conn.Close();
    return !err;
  });
  rt::OutsideEvidence evidence{};
  evidence.outcome = there ? 0 : static_cast<std::uint8_t>(Outcome::kRefused);
  rt::RecordOutside(rt::OutsideKind::kPort, evidence, {}, rt::View(address));
  return there;
}

void Signal(os::Signal signal) {
  rt::InjectSignal(signal.Number());
}

void TakePort(const golab::String& address) {
  const rt::Resolved resolved = rt::Resolve(rt::ParseNetwork("tcp"), address, /*to_listen=*/true);
  long failed = 1;
  if (!resolved.err) {
    rt::Endpoint at = resolved.endpoints.front();
    const rt::Opened taken = rt::TheNetwork().listen(&at, /*both=*/true);
    failed = taken.fd < 0 ? 1 : 0;
  }
  rt::OutsideEvidence evidence{};
  evidence.outcome = static_cast<std::uint8_t>(failed);
  rt::RecordOutside(rt::OutsideKind::kPortTaken, evidence, {}, rt::View(address));
}

void FailAccept(int k) {
  rt::virtual_net::FailAccept(static_cast<std::uint32_t>(k));
}

void End() {
  rt::RecordOutside(rt::OutsideKind::kEnd, {});
  rt::BeginEnd();
  rt::FreezeTheWorld();
  rt::ExitNow(rt::ExitKind::kOutsideEnd, 0);
}

}  // namespace driver
}  // namespace golab
