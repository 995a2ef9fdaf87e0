// Each format, as its consumers read it: validate.py counts what is in a document, and refuses
// broken ones.

#include "lab/report/formats.h"

#include <sys/wait.h>

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "lab/report/golden.h"
#include "lab/report/sample.h"

namespace golab::lab {
namespace {

struct Read {
  int status = -1;
  std::string out;
};

Read Validate(const std::string& format, const std::string& document) {
  const std::string path = ::testing::TempDir() + "golab_formats_test." + format;
  std::ofstream(path, std::ios::binary) << document;
  const std::string command =
      "/usr/bin/python3 " GOLAB_SOURCE_DIR "/lab/report/validate.py " + format + " " + path;
  Read read;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return read;
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) read.out += buffer;
  const int status = pclose(pipe);
  read.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::remove(path.c_str());
  return read;
}

// What a reader of `format` must count. JUnit has a case, TAP nothing, for a task without checks;
// TAP has no cases in a task of which nothing was judged.
std::string Want(const Report& report, const std::string& format) {
  int tests = 0, count[4] = {};
  for (const auto& task : report.tasks) {
    for (const auto& check : task.checks) {
      ++tests;
      ++count[static_cast<int>(check.outcome)];
    }
    if (format == "junit" && task.checks.empty()) {
      ++tests;
      ++count[static_cast<int>(task.outcome)];
    }
  }
  char points[64] = "";
  if (format != "tap")
    std::snprintf(points, sizeof points, " points=%g/%g", report.points, report.max_points);
  char line[200];
  std::snprintf(line, sizeof line, "tests=%d pass=%d fail=%d error=%d skip=%d%s\n", tests, count[0],
                count[1], count[2], count[3], points);
  return line;
}

std::string Changed(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Formats, RoundTripKeepsCountsAndPoints) {
  struct {
    const char* name;
    Report report;
  } const cases[] = {{"all pass", sample::AllPass()},
                     {"one fails", sample::OneFails()},
                     {"empty", sample::Empty()},
                     {"hostile", sample::Hostile()},
                     {"many", sample::Many(1000)}};

  for (const auto& c : cases) {
    for (const std::string format : {"json", "junit", "tap"}) {
      SCOPED_TRACE(std::string(c.name) + " " + format);
      const Read read = Validate(format, FindFormat(format)->write(c.report));
      EXPECT_EQ(read.status, 0);
      EXPECT_EQ(read.out, Want(c.report, format));
    }
    SCOPED_TRACE(std::string(c.name) + " tap13");
    const Read read = Validate("tap13", WriteTap13(c.report));
    int failed = 0;
    for (const auto& task : c.report.tasks) {
      failed += task.outcome == Outcome::kFail || task.outcome == Outcome::kError;
    }
    EXPECT_EQ(read.out, "status=" + std::to_string(failed > 0 ? 1 : 0) +
                            " failed=" + std::to_string(failed) + "\n");
  }
}

TEST(Formats, ValidatorsRefuseBrokenDocuments) {
  const Report report = sample::OneFails();

  struct {
    const char* name;
    const char* format;
    std::string document;
  } const cases[] = {
      {"json cut", "json", WriteJson(report).substr(0, 400)},
      {"json unknown key", "json", Changed(WriteJson(report), "\"subject\"", "\"user\"")},
      {"json outcome", "json",
       Changed(WriteJson(report), "\"outcome\": \"fail\"", "\"outcome\": \"failed\"")},
      {"json points", "json", Changed(WriteJson(report), "\"points\": 2", "\"points\": 3")},
      {"junit cut", "junit", WriteJunit(report).substr(0, 700)},
      {"junit attribute", "junit",
       Changed(WriteJunit(report), "<testcase ", "<testcase file=\"main.cc\" ")},
      {"junit count", "junit", Changed(WriteJunit(report), "failures=\"1\"", "failures=\"0\"")},
      {"junit same name", "junit", Changed(WriteJunit(report), "name=\"hold\"", "name=\"rise\"")},
      {"tap no version", "tap", WriteTap(report).substr(15)},
      {"tap number", "tap", Changed(WriteTap(report), "ok 2 - task1.hold", "ok 3 - task1.hold")},
      {"tap plan", "tap", Changed(WriteTap(report), "1..4", "1..5")},
      {"tap yaml", "tap", Changed(WriteTap(report), "rule: \"", "rule: ")},
      {"tap left over", "tap", WriteTap(report) + "ok 5 - more\n"},
      {"tap13 version", "tap13", WriteTap(report)},
      {"tap13 plan", "tap13", Changed(WriteTap13(report), "1..4", "1..5")},
  };

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Validate(c.format, c.document).status, 1);
  }
}

TEST(Formats, AreGolden) {
  Report report = sample::OneFails();
  report.reproducible = true;
  for (const auto& format : Formats()) {
    ExpectGolden(format.write(report), std::string("lab/report/testdata/one-fails.") + format.name);
  }
}

TEST(Formats, ReproducibleHasNoTime) {
  Report report = sample::OneFails();
  report.reproducible = true;
  for (const auto& format : Formats()) {
    SCOPED_TRACE(format.name);
    const std::string first = format.write(report);
    Report later = report;
    later.started += 1000;
    later.seconds *= 2;
    for (auto& task : later.tasks) task.seconds *= 3;
    EXPECT_EQ(format.write(later), first);
  }
  EXPECT_NE(WriteJunit(sample::OneFails()).find("timestamp=\"2026-11-24T10:00:00\""),
            std::string::npos);
}

TEST(Formats, StaySmallForALotOfOutput) {
  for (const auto& format : Formats()) {
    SCOPED_TRACE(format.name);
    const std::string document = format.write(sample::Hostile());
    EXPECT_LT(document.size(), 1u << 20);
    EXPECT_EQ(document.find('\x1b'), std::string::npos);
    EXPECT_EQ(document.find('\0'), std::string::npos);
  }
}

TEST(Formats, AreFoundByName) {
  EXPECT_NE(FindFormat("junit"), nullptr);
  EXPECT_EQ(FindFormat("xml"), nullptr);
  for (const auto& format : Formats()) EXPECT_EQ(FindFormat(format.name), &format);
}

TEST(Tap, VersionsDifferInTheFirstLineOnly) {
  EXPECT_EQ(WriteTap(sample::OneFails()).substr(15), WriteTap13(sample::OneFails()).substr(15));
}

}  // namespace
}  // namespace golab::lab
