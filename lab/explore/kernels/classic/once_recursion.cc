// Loading the settings writes to the log, which loads the settings unless it has been set up.
// If the log is not set up when the settings are first used: a deadlock within Once.
#include <golab/golab.h>

using namespace golab;

GOLAB_MAIN() {
  sync::Once settings;
  atomic::Bool log_ready;
  sync::WaitGroup wg;
  wg.Add(2);
  go([&] {
    settings.Do([&] {
      if (!log_ready.Load()) settings.Do([] {});
    });
    wg.Done();
  });
  go([&] {
    log_ready.Store(true);
    wg.Done();
  });
  wg.Wait();
}
