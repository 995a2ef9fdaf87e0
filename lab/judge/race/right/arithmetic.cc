// What looks undefined and is not: unsigned numbers wrap around, a shift stays in its type, an
// index is the last one, bytes are copied into a number, a method of nobody is never called.
#include <cstdint>
#include <cstring>
#include <memory>

#include <golab/golab.h>

using namespace golab;

struct Shape {
  virtual ~Shape() = default;
  virtual int Corners() const = 0;
};

struct Square : Shape {
  int Corners() const override { return 4; }
};

std::uint32_t Hash(const char* text) {
  std::uint32_t hash = 2166136261U;
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<unsigned char>(*text)) * 16777619U;
  return hash;
}

long NumberIn(const char* message) {
  long number = 0;
  std::memcpy(&number, message + 1, sizeof number);
  return number;
}

GOLAB_MAIN() {
  auto hashes = MakeChan<std::uint32_t>();
  for (const char* text : {"golab", "goroutine", "channel"})
    go([=] { hashes.Send(Hash(text) << 31 | Hash(text) >> 31); });
  for (int i = 0; i < 3; i++) hashes.Recv();

  auto shapes = MakeChan<std::shared_ptr<Shape>>(1);
  go([=] { shapes.Send(std::make_shared<Square>()); });
  int corners[4] = {};
  const std::shared_ptr<Shape> shape = shapes.Recv();
  corners[shape->Corners() - 1] = static_cast<Square*>(shape.get())->Corners();
  fmt::Println(corners[3], NumberIn("#12345678"), 2147483646 + 1 - shape->Corners());
}
