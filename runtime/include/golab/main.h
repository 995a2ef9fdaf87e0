#pragma once
// GOLAB_MAIN: the program's main function, run as goroutine 1.

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

/// A main function, on a list that static initialisers build.
struct MainEntry {
  const char* name;
  void (*function)();
  MainEntry* next;
};

void RegisterMain(MainEntry* entry);

}  // namespace golab::rt

#pragma GCC visibility pop

// Which program of an image it is, where there are several (golab holds all references).
#if !defined(GOLAB_PROGRAM_NAME)
#  define GOLAB_PROGRAM_NAME "main"
#endif

/// Defines the program: `GOLAB_MAIN() { ... }`. When it returns, the process exits with status 0,
/// whatever other goroutines do. The library supplies the C++ main; command-line arguments are in
/// os::Args and flag. Go: func main().
#define GOLAB_MAIN()                                                                         \
  static void GolabMain_();                                                                  \
  static ::golab::rt::MainEntry golab_main_entry_{GOLAB_PROGRAM_NAME, &GolabMain_, nullptr}; \
  [[maybe_unused]] static const bool golab_main_registered_ =                                \
      (::golab::rt::RegisterMain(&golab_main_entry_), true);                                 \
  static void GolabMain_()
