// Output's place in time. In a lab run stdout and stderr are files; at each stop of a goroutine and
// step of the clock what stdio holds back is flushed and the files' offsets are noted, so that all
// bytes belong to one goroutine and one instant, however they were printed.
//
// A look costs two system calls, so the cheap mark looks only if something can have been printed:
// stdio holds bytes back, stdio has written (its idea of the offset moved), or write(2) was called.

#include "runtime/world/output.h"

#include <unistd.h>

#include <cstdio>

#include "runtime/sched/sched.h"
#include "runtime/sched/transition.h"
#include "runtime/world/lab_child.h"
#include "runtime/world/world.h"

extern "C" std::size_t __fpending(std::FILE*) noexcept;

namespace golab::rt {
namespace {

struct Stream {
  int mark_fd;
  std::uint8_t number;
  std::FILE** file;
  std::uint64_t known = 0;  // offset up to which bytes have owners
  bool lost = false;        // the program went back in its output
};

constinit Stream streams[2] = {{kFdOutMark, 1, &stdout}, {kFdErrMark, 2, &stderr}};
constinit bool written = false;         // write(2) and its like were called
constinit std::uint64_t writes = 0;     // how often
constinit std::uint64_t last_sum = 0;   // of PrintedSince
constinit std::uint32_t look_lock = 0;  // with several Ps: guards the offsets known

bool StdioMoved(const Stream& s) noexcept {
  std::FILE* f = *s.file;
  // glibc adds to _offset on each write and sets it to -1 where it does not know.
  return f != nullptr && (__fpending(f) != 0 || f->_offset != static_cast<__off64_t>(s.known));
}

void Look(P* p, Stream& s, std::uint32_t g) noexcept {
  if (s.lost) return;
  std::FILE* f = *s.file;
  if (f != nullptr && __fpending(f) != 0) std::fflush(f);
  const off_t at = lseek(s.mark_fd, 0, SEEK_CUR);
  if (at < 0) return;
  const auto offset = static_cast<std::uint64_t>(at);
  if (f != nullptr) f->_offset = at;
  if (offset == s.known) return;
  if (offset < s.known) {
    s.lost = true;
    Emit(p, EventType::kOutputLost, g, s.number, 0, 0);
    return;
  }
  Emit(p, EventType::kOutput, g, s.number, s.known << 32 | (offset & 0xffffffff), 0);
  s.known = offset;
}

}  // namespace

void NoteWrite() noexcept {
  written = true;
  ++writes;
}

bool PrintedSince() noexcept {
  // Grows with each byte, whether stdio still holds it back or has written it.
  std::uint64_t sum = writes;
  for (const Stream& s : streams) {
    const std::FILE* f = *s.file;
    if (f == nullptr) continue;
    sum += __fpending(const_cast<std::FILE*>(f));
    if (f->_offset > 0) sum += static_cast<std::uint64_t>(f->_offset);
  }
  const bool printed = sum != last_sum;
  last_sum = sum;
  return printed;
}

void MarkOutput(P* p, std::uint32_t g) noexcept {
  if (!written && !StdioMoved(streams[0]) && !StdioMoved(streams[1])) return;
  MarkOutputFully(p, g);
}

void MarkOutputFully(P* p, std::uint32_t g) noexcept {
  if (!world.lab) return;
  const bool several = SeveralPs();
  if (several) LockRealWord(&look_lock);
  written = false;
  for (Stream& s : streams) Look(p, s, g);
  if (several) UnlockWord(&look_lock);
}

}  // namespace golab::rt
