#pragma once

// The programs whose output is compared with Go's: one function a scenario, named as in
// golden/*.txt.

namespace golab::golden {

struct Scenario {
  const char* name;  ///< "deadlock-chan/recv": the file and the section.
  void (*run)();
  const Scenario* next = nullptr;
};

/// Adds it to the list that go_golden_program looks through; for static initialisers.
bool Register(Scenario* scenario);

}  // namespace golab::golden

/// Defines a scenario: `SCENARIO("deadlock-chan/recv", Recv) { MakeChan<int>().Recv(); }`.
#define SCENARIO(name, function)                                         \
  static void function();                                                \
  static ::golab::golden::Scenario scenario_##function{name, &function}; \
  [[maybe_unused]] static const bool registered_##function =             \
      ::golab::golden::Register(&scenario_##function);                   \
  static void function()
