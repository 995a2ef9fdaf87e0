#include "app/terminal/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <cstring>

#include "lab/program/process.h"

namespace golab::app {
namespace {

std::atomic<bool> interrupted{false};
char unfinished[4096];  // read by the handler; empty: none

[[noreturn]] void EndNow() {
  lab::KillAllPrograms();
  if (unfinished[0] != '\0') ::unlink(unfinished);
  ::_exit(130);
}

void OnSignal(int signal) {
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

void SetUnfinishedFile(const std::string& path) {
  // The first byte last when set, first when cleared: the handler never sees half a name.
  unfinished[0] = '\0';
  if (path.empty() || path.size() >= sizeof unfinished) return;
  std::memcpy(unfinished + 1, path.c_str() + 1, path.size());
  unfinished[0] = path[0];
}

}  // namespace golab::app
