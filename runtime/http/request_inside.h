#pragma once
// What a Request holds beside its fields. Shared by its copies.

#include <string>
#include <utility>
#include <vector>

#include "golab/context.h"
#include "golab/http_message.h"

namespace golab::rt {

/// A request's context is made when somebody asks for it: most handlers never do.
///
/// Thread safety: `lock` guards context, cancel and ended; path_values belong to the handler.
struct RequestInside {
  std::uint32_t references = 1;  // the last one destroys
  std::uint32_t lock = 0;
  bool ended = false;  ///< the client has gone, or the handler has returned
  context::Context parent;
  context::Context context;  ///< nil: not asked for yet
  context::CancelFunc cancel;
  std::vector<std::pair<String, String>> path_values;

  context::Context Context();

  /// Ends the context, now or as soon as it is made.
  void End();
};

}  // namespace golab::rt
