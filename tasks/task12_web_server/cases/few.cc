// Few clients at a time, for many schedules.
#include "clients.h"

GOLAB_DRIVER() {
  PlayClients(2, 2, 1);
}
