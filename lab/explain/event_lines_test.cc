#include "lab/explain/event_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/history/fake_symbols.h"
#include "lab/recording/recording_script.h"

namespace golab::lab {
namespace {

History Build(const RecordingScript& run, const FakeSymbols& symbols) {
  RunEvidence evidence;
  evidence.recording = run.Take();
  evidence.out = run.out();
  evidence.err = run.err();
  evidence.symbols = &symbols;
  return HistoryBuilder::Build(std::move(evidence));
}

TEST(EventLines, AreAlignedAndNamePlaces) {
  FakeSymbols symbols;
  symbols.Own(1, "main.main", "main.cc", 4).Own(2, "main.Worker", "main.cc", 18);
  RecordingScript run;
  const std::uint64_t go = run.Stack({1}), recv = run.Stack({2});
  run.Main().Go(1, 5, go).Sleep(1, 500 * kMs).Run(5).Print(5, "hello\n");
  run.Block(5, rt::WaitReason::kChanReceive, 3, recv).Clock(500 * kMs).Wake(1);
  run.MainReturn().Rest().Exit();
  EXPECT_EQ(EventLines(Build(run, symbols)),
            "    0.000000 s  -     create    G1\n"
            "    0.000000 s  G1    start\n"
            "    0.000000 s  G1    main      begins\n"
            "    0.000000 s  G1    create    G5  main.cc:4\n"
            "    0.000000 s  G1    block     sleep\n"
            "    0.000000 s  G5    start\n"
            "    0.000000 s  G5    stdout    \"hello\\n\"\n"
            "    0.000000 s  G5    block     chan receive  main.cc:18\n"
            "    0.500000 s  -     unblock   G1\n"
            "    0.500000 s  G1    run\n"
            "    0.500000 s  G1    main      returned\n"
            "    0.500000 s  -     exit      main returned, status 0\n");
}

TEST(EventLines, TextsOfTheProgramStayInTheirLine) {
  FakeSymbols symbols;
  RecordingScript run;
  run.Main().Print(1, "a\x1b[31mb\nc\xff");
  EXPECT_THAT(EventLines(Build(run, symbols)),
              testing::HasSubstr("stdout    \"a\\u001b[31mb\\nc\xef\xbf\xbd\"\n"));
}

}  // namespace
}  // namespace golab::lab
