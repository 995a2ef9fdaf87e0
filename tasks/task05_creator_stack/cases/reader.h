#pragma once
// Who reads the profiles of a program: waits until all has settled, asks for each page once, and
// then looks on for a while without asking for anything. The checks know the pages by their labels.

#include <golab/driver.h>
#include <golab/golab.h>

#include <string_view>

/// What the program gets as --addr, else its default.
inline golab::String AddressOfProgram() {
  for (const golab::String& arg : golab::os::Args()) {
    const std::string_view text(arg.data(), arg.size());
    const std::size_t dashes = text.starts_with("--") ? 2 : 1;
    if (text.starts_with("-") && text.substr(dashes).starts_with("addr="))
      return golab::String(arg.data() + dashes + 5, arg.size() - dashes - 5);
  }
  return "localhost:6060";
}

inline void ReadProfiles(golab::time::Duration looks_on) {
  namespace driver = golab::driver;
  namespace time = golab::time;
  golab::String address = AddressOfProgram();
  // The system has picked a port.
  if (std::string_view(address.data(), address.size()).ends_with(":0")) {
    if (const golab::String at = driver::AwaitListener(); at.size() != 0) address = at;
  }
  if (!driver::AwaitPort(address)) driver::End();
  driver::Sleep(500 * time::Millisecond);
  const auto ask = [&](const golab::String& label, const golab::String& path) {
    driver::Curl("http://" + address + "/debug/pprof/" + path)
        .Named(label)
        .MaxTime(10 * time::Second)
        .ExpectStatus(200)
        .KeepBody(1 << 18)
        .Do();
  };
  ask("index", "");
  ask("proto", "goroutine?debug=0");
  ask("counts", "goroutine?debug=1");
  ask("dump", "goroutine?debug=2");
  driver::Sleep(looks_on);
  driver::End();
}
