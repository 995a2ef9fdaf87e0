#include "lab/program/capped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace golab::lab {

Result<CappedFile> CappedFile::Make(const char* name, std::uint64_t cap) {
  CappedFile file;
  file.cap_ = cap;
  file.fd_ = Fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.fd_.open() || ::ftruncate(file.fd_.get(), static_cast<off_t>(cap)) != 0 ||
      ::fcntl(file.fd_.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return SystemFailure("cannot make a file in memory", errno);
  }
  return file;
}

void CappedFile::Clear() {
  ::lseek(fd_.get(), 0, SEEK_SET);
  struct stat st;
  if (::fstat(fd_.get(), &st) == 0 && st.st_blocks == 0) return;
  ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(cap_));
}

std::uint64_t CappedFile::Size() const {
  const off_t at = ::lseek(fd_.get(), 0, SEEK_CUR);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max<off_t>(at, 0)), 0, cap_);
}

std::string CappedFile::Read(std::uint64_t from, std::uint64_t to) const {
  to = std::min(to, cap_);
  std::string bytes(to > from ? to - from : 0, '\0');
  std::size_t used = 0;
  while (used < bytes.size()) {
    const ssize_t n = ::pread(fd_.get(), bytes.data() + used, bytes.size() - used,
                              static_cast<off_t>(from + used));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    used += static_cast<std::size_t>(n);
  }
  bytes.resize(used);
  return bytes;
}

bool CappedFile::Rewound() const {
  const std::uint64_t size = Size();
  const std::uint64_t page_end = std::min((size + 4095) & ~std::uint64_t{4095}, cap_);
  struct stat st;
  if (::fstat(fd_.get(), &st) != 0) return false;
  // More pages than the offset explains: written further on. Huge pages explain some of it, so
  // look.
  const bool more = static_cast<std::uint64_t>(st.st_blocks) * 512 > page_end;
  const std::uint64_t end = more ? cap_ : page_end;
  for (std::uint64_t at = size; at < end; at += 64 << 10) {
    const std::string bytes = Read(at, std::min<std::uint64_t>(at + (64 << 10), end));
    if (bytes.find_first_not_of('\0') != std::string::npos) return true;
  }
  return false;
}

}  // namespace golab::lab
