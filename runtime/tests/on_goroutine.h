#pragma once
// Tests that run as a golab program: each in a process of its own, forked before the runtime
// begins, with the body as main's goroutine. A failed expectation there is a failed test here.

#include <string>

#include <gtest/gtest.h>

#include "runtime/tests/child_process.h"

namespace golab::tests {

enum class TestWorld { kVirtual, kReal };

/// Runs `body` as a program and gives what came of it. Its own expectations print on stdout, and
/// make the status 1.
ChildResult RunProgram(void (*body)(), TestWorld world, const ChildOptions& options = {});

/// Runs `body` and fails where it does.
void ExpectSuccess(void (*body)(), TestWorld world);

/// What a program that is meant to die wrote and left.
void ExpectEnd(void (*body)(), int status, const std::string& out, const std::string& err_begins);

}  // namespace golab::tests

/// As TEST; the body is main in the virtual world, whose clock jumps.
#define GO_TEST(suite, name) GO_TEST_IN_(suite, name, kVirtual)
/// As TEST; the body is main in the real world.
#define GO_TEST_REAL(suite, name) GO_TEST_IN_(suite, name, kReal)

#define GO_TEST_IN_(suite, name, world)                                                      \
  static void suite##_##name##_Body();                                                       \
  TEST(suite, name) {                                                                        \
    ::golab::tests::ExpectSuccess(&suite##_##name##_Body, ::golab::tests::TestWorld::world); \
  }                                                                                          \
  static void suite##_##name##_Body()
