#pragma once
// The Date header.

#include <string>

namespace golab::rt {

/// `Date: Tue, 24 Nov 2026 06:27:08 GMT`, of the world's clock.
void AppendDate(std::string* out);

}  // namespace golab::rt
