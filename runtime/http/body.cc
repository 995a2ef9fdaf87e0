#include "runtime/http/body.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "runtime/http/field_text.h"
#include "runtime/http/head.h"

namespace golab::rt {
namespace {

constexpr std::size_t kMaxLine = 4096;

struct Locked {
  explicit Locked(sync::Mutex* m) : mutex(m) { mutex->Lock(); }

  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

  ~Locked() { mutex->Unlock(); }

  sync::Mutex* mutex;
};

Error ParseSize(std::string_view digits, std::uint64_t* size) {
  if (digits.empty()) return errors::New("empty hex number for chunk length");
  *size = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    int value;
    if (c >= '0' && c <= '9') {
      value = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      value = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      value = c - 'A' + 10;
    } else {
      return errors::New("invalid byte in chunk length");
    }
    if (i == 16) return errors::New("http chunk length too large");
    *size = *size << 4 | static_cast<std::uint64_t>(value);
  }
  return nullptr;
}

Error Unexpected(Error err) {
  return err == io::Eof.AsError() ? io::ErrUnexpectedEOF.AsError() : err;
}

}  // namespace

Error ChunkedReader::ReadLine(std::string_view* line) {
  std::size_t looked_at = 0;
  while (true) {
    const std::size_t newline = input_->text().find('\n', looked_at);
    if (newline != std::string_view::npos) {
      *line = input_->text().substr(0, newline + 1);
      break;
    }
    looked_at = input_->text().size();
    if (looked_at >= kMaxLine) return http::ErrLineTooLong;
    if (Error err = input_->Fill()) return Unexpected(err);
  }
  // Lone line feeds end lines of headers to some, and none of chunks: who reads them in another way
  // sees other messages.
  const std::size_t cr = line->find('\r');
  if (cr == std::string_view::npos) return errors::New("chunked line ends with bare LF");
  if (cr != line->size() - 2) return errors::New("invalid CR in chunked line");
  if (line->size() - 2 >= kMaxLine) return http::ErrLineTooLong;
  return nullptr;
}

void ChunkedReader::BeginChunk() {
  std::string_view line;
  err_ = ReadLine(&line);
  if (err_) return;
  const std::size_t taken = line.size();
  excess_ += static_cast<std::int64_t>(taken);  // with its end, and that behind the data
  line.remove_suffix(2);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  err_ = ParseSize(line.substr(0, line.find(';')), &left_);
  input_->Use(taken);
  if (err_) return;
  // Who sends a byte a chunk sends five beside it; more than that is no use to anybody.
  excess_ -= 16 + 2 * static_cast<std::int64_t>(std::min<std::uint64_t>(left_, 1 << 30));
  excess_ = std::max<std::int64_t>(excess_, 0);
  if (excess_ > 16 * 1024) err_ = errors::New("chunked encoding contains too much non-data");
  if (left_ == 0 && err_ == nullptr) err_ = io::Eof;
}

void ChunkedReader::EndChunk() {
  while (input_->text().size() < 2) {
    if (Error err = input_->Fill()) {
      err_ = Unexpected(err);
      return;
    }
  }
  if (!input_->text().starts_with("\r\n")) {
    err_ = errors::New("malformed chunked encoding");
    return;
  }
  input_->Use(2);
  check_end_ = false;
}

bool ChunkedReader::HeaderIsThere() const {
  return input_->text().find('\n') != std::string_view::npos;
}

io::Transfer ChunkedReader::Read(char* buf, std::size_t size) {
  std::size_t n = 0;
  while (err_ == nullptr) {
    // With data in hand nothing is waited for.
    if (check_end_) {
      if (n > 0 && input_->text().size() < 2) break;
      EndChunk();
      continue;
    }
    if (left_ == 0) {
      if (n > 0 && !HeaderIsThere()) break;
      BeginChunk();
      continue;
    }
    if (n == size) break;
    const auto [got, err] = input_->Read(buf + n, std::min<std::uint64_t>(size - n, left_));
    n += static_cast<std::size_t>(got);
    left_ -= static_cast<std::uint64_t>(got);
    if (err) {
      err_ = Unexpected(err);
    } else if (left_ == 0) {
      check_end_ = true;
    } else {
      break;
    }
  }
  return {static_cast<int>(n), err_};
}

io::Transfer MessageBody::ReadSource(char* buf, std::size_t size) {
  if (framing_.chunked) return chunks_.Read(buf, size);
  if (framing_.length < 0) return input_->Read(buf, size);
  if (left_ == 0) return {0, io::Eof};
  auto transfer = input_->Read(buf, std::min(size, static_cast<std::size_t>(left_)));
  left_ -= transfer.n;
  return transfer;
}

io::Transfer MessageBody::ReadLocked(char* buf, std::size_t size) {
  if (saw_end_) return {0, io::Eof};
  if (size == 0) return {0, nullptr};
  io::Transfer transfer = ReadSource(buf, size);
  if (transfer.err == io::Eof.AsError()) {
    if (framing_.chunked && !trailer_read_) {
      trailer_read_ = true;
      if (Error err = ReadTrailer()) {
        closed_ = true;
        return {transfer.n, err};
      }
    } else if (framing_.length > 0 && left_ > 0) {
      return {transfer.n, io::ErrUnexpectedEOF};
    }
    saw_end_ = true;
  } else if (transfer.err == nullptr && framing_.length > 0 && left_ == 0) {
    transfer.err = io::Eof;  // together with the last bytes
    saw_end_ = true;
  }
  if (saw_end_ && on_end) {
    std::exchange(on_end, nullptr)();
  }
  return transfer;
}

io::Transfer MessageBody::Read(char* buf, std::size_t size) {
  const Locked lock(&mutex_);
  if (closed_) return {0, http::ErrBodyReadAfterClose};
  if (before_read) std::exchange(before_read, nullptr)();
  return ReadLocked(buf, size);
}

Error MessageBody::ReadTrailer() {
  HeadEnd end;
  while (true) {
    std::string_view text = input_->text();
    if (text.starts_with("\r\n")) {
      input_->Use(2);
      return nullptr;
    }
    if (const std::size_t size = end.Find(text); size > 0) {
      // The fields are parsed as those of a response whose first line is made up.
      constexpr std::string_view kLine = "HTTP/1.1 200 OK\r\n";
      std::string lines(kLine);
      lines += text.substr(0, size);
      Head head;
      ParseHead(HeadKind::kResponse, lines.data(), lines.size(), &head);
      if (head.fault != HeadFault::kNone) return errors::New("malformed MIME header in trailer");
      for (const TableField& field : MakeHeader(head.fields))
        trailer.SetField(field.key, field.values);
      input_->Use(size);
      return nullptr;
    }
    if (text.size() >= Input::kSize) {
      return errors::New("http: suspiciously long trailer after chunked body");
    }
    if (Error err = input_->Fill()) {
      return err == io::Eof.AsError() ? errors::New("http: unexpected EOF reading trailer") : err;
    }
  }
}

std::int64_t MessageBody::Drain(std::int64_t limit, Error* err) {
  constexpr std::size_t kPiece = 4096;
  const auto piece = std::make_unique<char[]>(kPiece);
  std::int64_t total = 0;
  while (total < limit) {
    auto [n, failed] = ReadLocked(
        piece.get(), static_cast<std::size_t>(std::min<std::int64_t>(limit - total, kPiece)));
    total += n;
    if (failed) {
      if (failed != io::Eof.AsError()) *err = failed;
      break;
    }
  }
  return total;
}

Error MessageBody::Close() {
  const Locked lock(&mutex_);
  if (closed_) return nullptr;
  Error err;
  if (saw_end_) {
    // Nothing is left.
  } else if (!framing_.chunked && closing) {
    // Nobody will read what follows.
  } else if (closes_early) {
    if (framing_.length > 0 && left_ > kMaxDrain) {
      ended_early_ = true;
    } else if (Drain(kMaxDrain, &err) == kMaxDrain) {
      ended_early_ = true;
    }
  } else {
    Drain(INT64_MAX, &err);
  }
  closed_ = true;
  return err;
}

Error MessageBody::ReadRest() {
  const Locked lock(&mutex_);
  Error err;
  if (saw_end_ || closed_) return nullptr;
  Drain(kMaxDrain + 1, &err);
  if (err == nullptr && !saw_end_) {
    ended_early_ = true;
    return errors::New("http: request body too large");
  }
  return err;
}

void MessageBody::Abandon() {
  const Locked lock(&mutex_);
  closed_ = true;
}

bool MessageBody::SawEnd() {
  const Locked lock(&mutex_);
  return saw_end_;
}

bool MessageBody::EndedEarly() {
  const Locked lock(&mutex_);
  return ended_early_;
}

std::int64_t MessageBody::KnownLeft() {
  const Locked lock(&mutex_);
  return framing_.length > 0 ? left_ : 0;
}

bool MessageBody::WasClosed() {
  const Locked lock(&mutex_);
  return closed_;
}

}  // namespace golab::rt
