#pragma once
// The pool of a Transport. Shared by its copies and its connections.

#include <map>
#include <string>
#include <vector>

#include "golab/http_client.h"
#include "golab/references.h"

#include "runtime/http/persist_conn.h"

namespace golab::rt {

struct TransportRep {
  std::uint32_t references = 1;  // the last one destroys
  http::Transport::Settings settings;
  std::uint32_t lock = 0;  // guards `idle` and what connections say it guards
  /// By key, in the order in which they became idle. Holds them alive.
  std::map<std::string, std::vector<http::PersistConnRef>, std::less<>> idle;

  void Retain() {
    // Relaxed: by one who holds a reference.
    __atomic_fetch_add(&references, 1, __ATOMIC_RELAXED);
  }

  void Release() {
    if (DropReference(&references)) delete this;
  }

  /// False: it is not kept.
  bool PutIdle(const http::PersistConnRef& conn);
  void RemoveIdle(const http::PersistConn* conn);
  http::PersistConnRef TakeIdle(const std::string& key);
  void CloseIdle();
};

}  // namespace golab::rt
