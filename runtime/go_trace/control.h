#pragma once
// Starting and stopping the trace that the program writes of itself; the API's side of tracer.h.

#include <cstdint>

#include "golab/errors.h"
#include "golab/io.h"
#include "golab/os.h"

namespace golab::rt {

/// To a file, or to a writer; the other is null. A goroutine's.
Error StartTrace(const os::File* file, const io::Writer* writer);
void StopTrace();

/// Counts traces: a region that began in another one has no end in this one.
std::uint32_t TraceNumber() noexcept;

}  // namespace golab::rt
