// Prints on a stream, defers with Go-like frames everywhere, says it is done on a channel.
#include <iostream>
#include <string>

#include "golab/golab.h"

namespace {

bool panics = false;

void Announce(const std::string& what) {
  std::cerr << "[demo] " << what << std::endl;
}

void Level3() {
  golab::WithDefers([](golab::Defers& defer) {
    defer(Announce, std::string("level3 defer"));
    if (panics) golab::panic(golab::String("x"));
    golab::runtime::Goexit();
  });
  Announce("level3 after");
}

void Level2() {
  golab::WithDefers([](golab::Defers& defer) {
    defer(Announce, std::string("level2 defer"));
    Level3();
    Announce("level2 after");
  });
}

void Rescue() {
  auto p = golab::recover();
  if (p) Announce("recovered: " + std::string(p.Text().c_str()));
}

void Level1() {
  golab::WithDefers([](golab::Defers& defer) {
    defer(Rescue);  // the deferred function itself
    defer(Announce, std::string("level1 defer"));
    Level2();
    Announce("level1 after");
  });
}

}  // namespace

GOLAB_MAIN() {
  golab::flag::BoolVar(&panics, "panic", false, "panic instead");
  golab::flag::Parse();
  auto over = golab::MakeChan<bool>();
  golab::go([over] {
    golab::Defer d{[over] { over.Close(); }};
    Level1();
  });
  over.Recv();
  Announce("main: bye");
}
