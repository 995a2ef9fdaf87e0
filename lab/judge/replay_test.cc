#include "lab/judge/replay.h"

#include <gtest/gtest.h>

namespace golab::lab {
namespace {

TEST(Replay, SaysOnlyWhatIsNeeded) {
  EXPECT_EQ(Replay({.task = "task1", .seed = "41"}).Command(), "golab check task1 --seed 41");
  Replay all;
  all.task = "task1";
  all.seed = "0x5a:17";
  all.variation = "leak";
  all.params = {{"workers", "50"}, {"sleep", "1.5s"}};
  all.in = "my dir";
  all.labs = "a'b.toml";
  EXPECT_EQ(all.Command(),
            "golab check task1 --variation leak --sleep 1.5s --workers 50 --in 'my dir' --labs "
            "'a'\\''b.toml' --seed 0x5a:17");
}

TEST(ShellWord, QuotesWhatAShellWouldChange) {
  for (const auto& [text, want] : {std::pair{"plain/x-1.cc", "plain/x-1.cc"},
                                   {"", "''"},
                                   {"a b", "'a b'"},
                                   {"$x", "'$x'"},
                                   {"it's", "'it'\\''s'"},
                                   {"a;b", "'a;b'"},
                                   {"~x", "'~x'"}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(ShellWord(text), want);
  }
}

}  // namespace
}  // namespace golab::lab
