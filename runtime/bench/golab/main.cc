// The benchmark rows in golab. go/main.go says how to call it; counts are the same in all programs.

#include <golab/golab.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "runtime/bench/golab/measure.h"

namespace bench {

int procs = 0;

double NowNs() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::nano>(now).count();
}

double CpuNs() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto ns = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
  };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

void Report(const std::string& name, const char* unit, double value) {
  std::printf("%s %d %s %.3f\n", name.c_str(), procs, unit, value);
  std::fflush(stdout);
}

void ReportMissing(const std::string& name, const char* what) {
  std::printf("%s %d missing %s\n", name.c_str(), procs, what);
  std::fflush(stdout);
}

void ReportWaits(const std::string& name, std::vector<double> waits) {
  std::sort(waits.begin(), waits.end());
  auto us = [&](std::size_t i) { return std::max(waits[i], 0.0) / 1e3; };
  Report(name + "_p99", "us", us(waits.size() * 99 / 100));
  Report(name + "_max", "us", us(waits.size() - 1));
}

void Check(Int got, Int want) {
  if (got == want) return;
  std::fprintf(stderr, "wrong sum: got %lld, want %lld\n", static_cast<long long>(got),
               static_cast<long long>(want));
  std::_Exit(1);
}

namespace {

void Run(const std::string& row) {
  if (RunMicro(row) || RunMillion(row) || RunBusy(row) || RunBlocking(row) || RunCollect(row)) {
    return;
  }
  std::fprintf(stderr, "no row \"%s\"\n", row.c_str());
  std::_Exit(2);
}

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value != nullptr ? value : "";
}

}  // namespace
}  // namespace bench

GOLAB_MAIN() {
  bench::procs = std::atoi(bench::FromEnvironment("BENCH_PROCS").c_str());
  if (bench::procs < 1) {
    std::fprintf(stderr, "BENCH_PROCS must be a number\n");
    std::_Exit(2);
  }
  golab::runtime::GOMAXPROCS(bench::procs);
  std::istringstream rows(bench::FromEnvironment("BENCH_ROWS"));
  for (std::string row; rows >> row;) bench::Run(row);
}
