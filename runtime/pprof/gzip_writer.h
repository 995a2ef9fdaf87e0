#pragma once
// Compresses what goes to an io::Writer, as gzip does.

#include <zlib.h>

#include <string_view>

#include "golab/io.h"

#include "runtime/pprof/chunked_writer.h"
#include "runtime/pprof/pacer.h"

namespace golab::rt {

/// One gzip member.
class GzipWriter {
 public:
  GzipWriter(const io::Writer& to, Pacer& pacer);
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;
  ~GzipWriter();

  void Write(std::string_view bytes);

  /// Ends the member. What has failed first.
  Error Finish();

 private:
  void Deflate(std::string_view bytes, int flush);

  ChunkedWriter out_;
  Pacer& pacer_;
  z_stream stream_ = {};
};

}  // namespace golab::rt
