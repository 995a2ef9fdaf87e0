#pragma once
// The clients of a web server, in the order that the checks know them by their labels: one, many at
// once, waves, and those that leave before anything is logged. Between two labels lies a pause
// that is longer than all that a request may take.

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
  return "localhost:8080";
}

inline void PlayClients(int together, int waves, int in_a_wave) {
  namespace driver = golab::driver;
  namespace time = golab::time;
  const golab::String address = AddressOfProgram();
  if (!driver::AwaitPort(address)) driver::End();
  // Who counts at whole seconds counts before, and at 2 s those that come together.
  driver::Sleep(1350 * time::Millisecond);
  const auto ask = [&](const golab::String& label) {
    return driver::Curl("http://" + address + "/")
        .Named(label)
        .MaxTime(5 * time::Second)
        .ExpectStatus(200);
  };
  const auto pause = [] {
    driver::Wait();
    driver::Sleep(500 * time::Millisecond);
  };
  ask("one").Start();
  pause();
  ask("together").Times(together).Start();
  pause();
  for (int wave = 1; wave <= waves; ++wave) {
    ask(golab::fmt::Sprintf("wave %d", wave)).Times(in_a_wave).Start();
    pause();
  }
  ask("leaves").Times(in_a_wave).Disconnect(30 * time::Millisecond).Start();
  ask("resets").Disconnect(60 * time::Millisecond).Reset().Start();
  pause();
  driver::Sleep(1200 * time::Millisecond);
  driver::End();
}
