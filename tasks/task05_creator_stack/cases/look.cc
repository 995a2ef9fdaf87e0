#include "reader.h"

GOLAB_DRIVER() {
  ReadProfiles(2 * golab::time::Second);
}
