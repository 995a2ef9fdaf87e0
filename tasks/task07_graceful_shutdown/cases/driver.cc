// The outside world of the server: clients and the operator. --scenario says which. What they did and
// what came back is in the recording, for checks.
#include <golab/golab.h>

#include <string>

#include "golab/driver.h"

using namespace golab;

// The program's own flags, as they were typed: the program may never read its command line.
static std::string FlagGiven(const std::string& name, const std::string& otherwise) {
  std::string value = otherwise;
  for (const String& word : os::Args()) {
    std::string text(word.data(), word.size());
    if (text.rfind("--", 0) == 0) text.erase(0, 1);
    const std::string key = "-" + name + "=";
    if (text.rfind(key, 0) == 0) value = text.substr(key.size());
  }
  return value;
}

static std::string Address() {
  return FlagGiven("addr", "localhost:8080");
}

static driver::Request Get(const char* path, const char* label) {
  return driver::Curl(("http://" + Address() + path).c_str()).Named(label);
}

static void Pause(int ms) {
  driver::Sleep(ms * time::Millisecond);
}

// Asked while nothing speaks against an answer.
static void AskHealth() {
  Get("/health", "health").ExpectStatus(200).MaxTime(time::Second).Do();
}

// Asked after the signal: nobody should be there.
static void Probe() {
  Get("/health", "probe").MaxTime(50 * time::Millisecond).Do();
}

static void Idle(os::Signal signal, int at_ms) {
  AskHealth();
  Pause(at_ms);
  AskHealth();
  Pause(300);
  driver::Signal(signal);
}

static void InFlight() {
  AskHealth();
  Pause(1200);
  Get("/slow", "slow").ExpectStatus(200).Start();
  Pause(200);
  AskHealth();
  Pause(300);
  driver::Signal(os::Interrupt);
  for (int i = 0; i < 4; ++i) {
    Pause(300);
    Probe();
  }
}

static void Forever(os::Signal signal) {
  Pause(1200);
  Get("/forever", "forever").Start();
  Pause(300);
  driver::Signal(signal);
}

GOLAB_DRIVER_SETUP() {
  flag::String("scenario", "", "golab's: what clients and operator do");
  if (FlagGiven("scenario", "") == "port-taken") driver::TakePort(Address().c_str());
}

GOLAB_DRIVER() {
  const std::string scenario = FlagGiven("scenario", "");
  if (scenario != "port-taken") driver::AwaitPort(Address().c_str());
  if (scenario == "interrupt") Idle(os::Interrupt, 3000);
  if (scenario == "terminate") Idle(os::Terminate, 1400);
  if (scenario == "in-flight") InFlight();
  if (scenario == "never-ends" || scenario == "stubborn") Forever(os::Terminate);
  if (scenario == "second-signal") {
    Forever(os::Interrupt);
    Pause(1000);
    driver::Signal(os::Interrupt);
  }
  if (scenario == "silent-client") {
    Pause(1400);
    driver::Silent(Address().c_str()).Named("silent").Start();
    Pause(100);
    driver::Signal(os::Interrupt);
  }
  // By now it should have ended, and this goroutine with it.
  Pause(12'000);
  driver::End();
}
