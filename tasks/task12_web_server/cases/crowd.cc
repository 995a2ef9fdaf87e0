// As many clients as the task names.
#include "clients.h"

GOLAB_DRIVER() {
  PlayClients(100, 10, 10);
}
