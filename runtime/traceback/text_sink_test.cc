#include "runtime/traceback/text_sink.h"

#include <errno.h>
#include <unistd.h>

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace golab::rt {
namespace {

TEST(TextSink, WritesNumbersAsGoDoes) {
  char memory[200];
  MemorySink sink(memory, sizeof(memory));
  sink.PutDecimal(0);
  sink.Put(' ');
  sink.PutDecimal(std::numeric_limits<std::uint64_t>::max());
  sink.Put(' ');
  sink.PutHex(0);
  sink.Put(" ", 1);
  sink.PutHex(0xdeadBEEF12);
  const std::size_t size = sink.size();
  EXPECT_EQ(std::string(memory, size), "0 18446744073709551615 0x0 0xdeadbeef12");
}

TEST(TextSink, MemoryKeepsTheBeginningAndCountsTheRest) {
  char memory[10];
  MemorySink sink(memory, sizeof(memory));
  for (int i = 0; i < 100; ++i) sink.Put("0123456");
  EXPECT_EQ(sink.needed(), 700U);
  EXPECT_EQ(sink.size(), 10U);
  EXPECT_EQ(std::string(memory, 10), "0123456012");
}

TEST(TextSink, DescriptorGetsEverythingInOrder) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::string want;
  {
    FdSink sink(ends[1]);
    for (int i = 0; i < 1000; ++i) {
      sink.PutDecimal(static_cast<std::uint64_t>(i));
      want += std::to_string(i);
    }
  }
  close(ends[1]);
  std::string got(want.size() + 1, '\0');
  std::size_t size = 0;
  for (ssize_t n = 0; (n = read(ends[0], got.data() + size, got.size() - size)) > 0;) {
    size += static_cast<std::size_t>(n);
  }
  close(ends[0]);
  got.resize(size);
  EXPECT_EQ(got, want);
}

TEST(TextSink, FailedWriteChangesNothing) {
  errno = 77;
  {
    FdSink sink(-1);
    sink.Put("lost");
  }
  EXPECT_EQ(errno, 77);
}

}  // namespace
}  // namespace golab::rt
