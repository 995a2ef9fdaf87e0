#pragma once
// For programs that check themselves under every schedule: what is wrong is said, and the status
// is 3.

#include <cstdio>
#include <cstdlib>

#define VERIFY(condition)                                                          \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::exit(3);                                                                \
    }                                                                              \
  } while (0)
