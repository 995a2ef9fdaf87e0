// Panics, Goexit and deferred functions under every schedule.

#include <golab/golab.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "verify.h"

using namespace golab;

namespace {

std::string Guarded(int kind) {
  std::string result = "returned";
  WithDefers([&](Defers& defer) {
    defer([&] {
      if (auto p = recover()) result = p.Text();
    });
    defer([] { runtime::Gosched(); });
    if (kind == 1) panic("plain");
    if (kind == 2) throw std::out_of_range("at");
    if (kind == 3) std::vector<int>().at(9);
  });
  return result;
}

void PanicsAreTheirOwnGoroutines() {
  sync::WaitGroup wg;
  for (int g = 0; g < 4; ++g) {
    wg.Add(1);
    go([&, g] {
      const std::string text = Guarded(g);
      if (g == 0) VERIFY(text == "returned");
      if (g == 1) VERIFY(text == "plain");
      if (g == 2) VERIFY(text == "std::out_of_range: at");
      if (g == 3) VERIFY(text.find("out_of_range") != std::string::npos);
      wg.Done();
    });
  }
  wg.Wait();
}

void Level(int depth, std::string* log) {
  Defer d{[=] { *log += static_cast<char>('0' + depth); }};
  if (depth == 3) runtime::Goexit();
  Level(depth + 1, log);
  *log += "never";
}

void GoexitRunsWhatIsDeferred() {
  std::string logs[3];
  sync::WaitGroup wg;
  for (std::string& log : logs) {
    wg.Add(1);
    go([&] {
      Defer done{[&] { wg.Done(); }};
      try {
        Level(1, &log);
      } catch (...) {
        log += "c";
      }
      log += "never";
    });
  }
  wg.Wait();
  for (const std::string& log : logs) VERIFY(log == "321c");
}

void ExceptionsTravelWithTheirGoroutine() {
  sync::WaitGroup wg;
  for (int g = 0; g < 5; ++g) {
    wg.Add(1);
    go([&, g] {
      try {
        throw g;
      } catch (int mine) {
        runtime::Gosched();
        try {
          throw std::to_string(g);
        } catch (const std::string& inner) {
          runtime::Gosched();
          VERIFY(inner == std::to_string(g));
        }
        VERIFY(mine == g);
        try {
          throw;
        } catch (int again) {
          VERIFY(again == g);
        }
      }
      wg.Done();
    });
  }
  wg.Wait();
}

}  // namespace

GOLAB_MAIN() {
  PanicsAreTheirOwnGoroutines();
  GoexitRunsWhatIsDeferred();
  ExceptionsTravelWithTheirGoroutine();
}
