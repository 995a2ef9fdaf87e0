#include "runtime/pprof/gzip_writer.h"

#include <algorithm>
#include <new>

namespace golab::rt {
namespace {

constexpr int kFastest = 1;  // Go's choice: gzip.BestSpeed
constexpr int kWithGzipHeader = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;         // zlib's own default
constexpr std::size_t kPortion = 4096;  // of input, between two looks at the clock

}  // namespace

GzipWriter::GzipWriter(const io::Writer& to, Pacer& pacer) : out_(to), pacer_(pacer) {
  if (deflateInit2(&stream_, kFastest, Z_DEFLATED, kWithGzipHeader, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipWriter::~GzipWriter() {
  deflateEnd(&stream_);
}

void GzipWriter::Write(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPortion, bytes.size()))) {
    Deflate(bytes.substr(0, kPortion), Z_NO_FLUSH);
    pacer_.Look();
  }
}

Error GzipWriter::Finish() {
  Deflate({}, Z_FINISH);
  return out_.Finish();
}

void GzipWriter::Deflate(std::string_view bytes, int flush) {
  // zlib promises not to write there.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_.avail_in = static_cast<uInt>(bytes.size());
  char buffer[1024];
  do {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = sizeof buffer;
    deflate(&stream_, flush);
    out_ << std::string_view(buffer, sizeof buffer - stream_.avail_out);
  } while (stream_.avail_out == 0);
}

}  // namespace golab::rt
