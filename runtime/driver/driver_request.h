#pragma once
// A request of the driver's, before and while it is made.

#include <string>

#include "golab/driver.h"

#include "runtime/event/record.h"

namespace golab::rt {

/// What a driver::Request refers to. Changed by its owner until Do or Start.
struct DriverRequest {
  std::uint32_t references = 1;  // atomic; the last one destroys
  std::string address;           // host:port
  std::string raw;               // the bytes, if it is no HTTP request
  bool is_http = false;
  std::string method = "GET", path, host, headers, data, label;
  bool has_data = false;
  time::Duration after, max_time;
  int times = 1, keep_alive = 1;
  time::Duration leaves_after{-1};  // below 0: it stays
  int sends_at_most = -1;           // below 0: all
  bool resets = false, half_close = false, until_closed = false;
  int slow_bytes = 0;
  time::Duration slow_pause;
  int status_wanted = 0;
  bool has_body_wanted = false;
  std::string body_wanted;
  std::uint32_t keeps = kMostOutsideBody;  // of an answer's body, in the recording

  /// The bytes as they are sent; `last`: no other follows on the connection.
  std::string Bytes() const;
};

/// Makes it, on the calling goroutine: the whole of its life. What came back last.
driver::Answer MakeExchange(const DriverRequest& request);

}  // namespace golab::rt
