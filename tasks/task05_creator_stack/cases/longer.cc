// Looks on for long enough to see a main that comes back every minute.
#include "reader.h"

GOLAB_DRIVER() {
  ReadProfiles(golab::driver::InRealTime() ? golab::time::Second : 3 * golab::time::Minute);
}
