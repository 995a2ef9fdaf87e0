#include "app/terminal/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <cstring>

#include "lab/program/process.h"

namespace golab::app {
namespace {

constexpr int kForTheProgram = 2;  // the second is how one insists

std::atomic<bool> interrupted{false};
std::atomic<bool> left_to_the_program{false};
std::atomic<int> for_the_program{0};
char unfinished[4096];  // read by the handler; empty: none

[[noreturn]] void EndNow() {
  lab::KillAllPrograms();
  if (unfinished[0] != '\0') ::unlink(unfinished);
  ::_exit(130);
}

void OnSignal(int signal) {
  if (signal == SIGINT && left_to_the_program && for_the_program < kForTheProgram) {
    ++for_the_program;
    return;
  }
  if (signal == SIGALRM || interrupted.exchange(true)) EndNow();
  lab::KillAllPrograms();
  ::alarm(2);
}

}  // namespace

void CatchInterrupts() {
  struct sigaction action {};

  action.sa_handler = &OnSignal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGALRM}) sigaction(signal, &action, nullptr);
}

const std::atomic<bool>& Interrupted() {
  return interrupted;
}

void LeaveInterruptsToTheProgram() {
  left_to_the_program = true;
}

int InterruptsForTheProgram() {
  return for_the_program;
}

void SetUnfinishedFile(const std::string& path) {
  // The first byte last when set, first when cleared: the handler never sees half a name.
  unfinished[0] = '\0';
  if (path.empty() || path.size() >= sizeof unfinished) return;
  std::memcpy(unfinished + 1, path.c_str() + 1, path.size());
  unfinished[0] = path[0];
}

}  // namespace golab::app
