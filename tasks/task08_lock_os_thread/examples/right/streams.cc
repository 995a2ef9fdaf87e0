// Reads by a stream, counts down with a channel, ends by Goexit; no helper for rounds.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "golab/golab.h"

namespace {

std::string Field(const std::string& key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name, value;
    words >> name >> value;
    if (name == key + ":") return value;
  }
  return "0";
}

}  // namespace

GOLAB_MAIN() {
  auto n = golab::flag::Int("n", 100, "how many");
  auto back = golab::flag::Bool("unlock", false, "give the thread back");
  golab::flag::Parse();
  auto ended = golab::MakeChan<int>();
  for (int i = 0; i < *n; ++i) golab::go([ended, i] { ended.Send(i); });
  for (int i = 0; i < *n; ++i) ended.Recv();
  std::cout << "Threads: " << Field("Threads") << " after " << *n << " ordinary ones" << std::endl;
  for (int i = 0; i < *n; ++i) {
    golab::go([ended, i, give = *back] {
      golab::runtime::LockOSThread();
      golab::Defer last{[&] { ended.Send(i); }};
      if (!give) golab::runtime::Goexit();
      golab::runtime::UnlockOSThread();
    });
  }
  for (int i = 0; i < *n; ++i) ended.Recv();
  std::cout << "Threads: " << Field("Threads") << " after as many that were locked" << std::endl;
}
