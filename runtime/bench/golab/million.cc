// What a million goroutines cost, and what the kernel takes for their pages: go/million.go line by
// line. Goroutines that outlive the frame that starts them capture by value; the others by
// reference.

#include <golab/golab.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/bench/golab/measure.h"

namespace bench {
namespace {

using golab::Chan;
using golab::MakeChan;
using golab::sync::WaitGroup;

/// Creates a million goroutines that wait for done, and returns when all have come that far: ns.
double Park(const Chan<Int>& done, WaitGroup& left) {
  WaitGroup arrived;
  arrived.Add(kMillion);
  left.Add(kMillion);
  double start = NowNs();
  for (Int i = 0; i < kMillion; ++i) {
    golab::go([done, &arrived, &left] {
      arrived.Done();
      done.Recv();
      left.Done();
    });
  }
  arrived.Wait();
  return NowNs() - start;
}

double Release(const Chan<Int>& done, WaitGroup& left) {
  double start = NowNs();
  done.Close();
  left.Wait();
  return NowNs() - start;
}

struct Memory {
  double resident;     // bytes
  double page_tables;  // bytes that map them
};

Memory MemoryNow() {
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) {
    std::perror("/proc/self/status");
    std::_Exit(1);
  }
  Memory memory{};
  for (char line[256]; std::fgets(line, sizeof line, status) != nullptr;) {
    double bytes = std::strtod(line + std::strcspn(line, "\t"), nullptr) * 1024;
    if (std::strncmp(line, "VmRSS:", 6) == 0) memory.resident = bytes;
    if (std::strncmp(line, "VmPTE:", 6) == 0) memory.page_tables = bytes;
  }
  std::fclose(status);
  return memory;
}

void Parked1M() {
  WaitGroup left;
  Memory before = MemoryNow();
  auto done = MakeChan<Int>(0);
  double first = Park(done, left);
  Report("parked_1m_first", "s", first / 1e9);
  Memory with = MemoryNow();
  double resident = (with.resident - before.resident) / kMillion;
  double page_tables = (with.page_tables - before.page_tables) / kMillion;
  Report("parked_1m_bytes", "B", resident + page_tables);
  Report("parked_1m_resident", "B", resident);
  Report("parked_1m_tables", "B", page_tables);
  double again = kForEver, released = Release(done, left);
  for (int i = 0; i < 3; ++i) {
    done = MakeChan<Int>(0);
    again = std::min(again, Park(done, left));
    released = std::min(released, Release(done, left));
  }
  Report("parked_1m_again", "ms", again / 1e6);
  Report("parked_1m_release", "ms", released / 1e6);
}

/// It takes its second of sleep with it: both sides sleep the same.
double SleepAll() {
  WaitGroup wg;
  wg.Add(kMillion);
  double start = NowNs();
  for (Int i = 0; i < kMillion; ++i) {
    golab::go([&] {
      golab::time::Sleep(golab::time::Second);
      wg.Done();
    });
  }
  wg.Wait();
  return NowNs() - start;
}

void Sleepers1M() {
  Report("sleepers_1m_first", "s", SleepAll() / 1e9);
  Report("sleepers_1m_again", "s", SleepAll() / 1e9);
}

/// The floor under the rows above, without any runtime: a million pages, touched in their order.
void Touch1M() {
  constexpr std::size_t kPage = 4096;
  constexpr std::size_t kBytes = kPage * kMillion;
  void* area = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (area == MAP_FAILED || madvise(area, kBytes, MADV_NOHUGEPAGE) != 0) {
    std::perror("a million pages");
    std::_Exit(1);
  }
  auto* pages = static_cast<char*>(area);
  double start = NowNs();
  for (std::size_t at = 0; at < kBytes; at += kPage) pages[at] = 1;
  Report("touch_1m", "s", (NowNs() - start) / 1e9);
  munmap(area, kBytes);
}

}  // namespace

bool RunMillion(const std::string& row) {
  if (row == "parked_1m") {
    Parked1M();
  } else if (row == "sleepers_1m") {
    Sleepers1M();
  } else if (row == "touch_1m") {
    Touch1M();
  } else {
    return false;
  }
  return true;
}

}  // namespace bench
