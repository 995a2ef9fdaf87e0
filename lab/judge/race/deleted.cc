// no-dangling: goroutine 6 reads memory that was given back
// main deletes what a goroutine still uses.
#include <golab/golab.h>

using namespace golab;

struct Job {
  int number = 1;
};

GOLAB_MAIN() {
  auto* job = new Job;
  go([job] {
    time::Sleep(time::Millisecond);
    fmt::Println(job->number);
  });
  delete job;
  time::Sleep(time::Second);
}
