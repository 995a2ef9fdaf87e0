#include "lab/profile/profile.h"

#include <zlib.h>

#include <algorithm>

#include "lab/profile/parts.h"

namespace golab::lab {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr char kTooLarge[] = "it is larger than 64 MiB";

/// What is wrong, "" if nothing is. Several gzip members after one another are one text.
std::string Unpack(std::string_view packed, std::string* out) {
  z_stream stream{};
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return "no memory to unpack it";
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  char buffer[16384];
  std::string wrong;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    out->append(buffer, sizeof buffer - stream.avail_out);
    const std::string at = "byte " + std::to_string(packed.size() - stream.avail_in) + ": ";
    if (out->size() > kMostProfileBytes) {
      wrong = "unpacked " + std::string(kTooLarge);
    } else if (result == Z_STREAM_END) {
      if (stream.avail_in != 0 && ::inflateReset(&stream) == Z_OK) continue;
    } else if (result == Z_OK) {
      continue;
    } else {
      wrong =
          at + (result == Z_BUF_ERROR ? "its gzip data is cut off" : "its gzip data is damaged");
    }
    break;
  }
  ::inflateEnd(&stream);
  return wrong;
}

bool Has(std::string_view text, std::string_view what) {
  return text.find(what) != text.npos;
}

/// What it is instead of a profile, as far as its beginning tells; "" if it looks like nothing
/// known.
std::string WhatItIs(std::string_view bytes) {
  const std::string_view begin = bytes.substr(0, 512);
  if (begin.starts_with("go 1.") && Has(begin.substr(0, 16), " trace"))
    return "it is an execution trace: golab trace shows it";
  if (begin.starts_with("heap profile:") || begin.starts_with("--- "))
    return "it is a profile of another kind as text: without debug=1 it can be read";
  if (begin.starts_with("\x7f"
                        "ELF"))
    return "it is a program";
  const std::string_view trimmed =
      begin.substr(std::min(begin.find_first_not_of(" \r\n\t"), begin.size()));
  if (trimmed.starts_with("<!") || trimmed.starts_with("<html") || trimmed.starts_with("<HTML"))
    return "it is a web page: profiles are at /debug/pprof/goroutine";
  if (trimmed.starts_with('{')) return "it is JSON";
  return {};
}

/// "goroutine profile: total 4", of whichever name.
bool LooksCounted(std::string_view bytes) {
  const std::string_view first = bytes.substr(0, std::min<std::size_t>(bytes.find('\n'), 200));
  return Has(first, " profile: total ");
}

/// A header somewhere; in profile.proto, where zeros are common, there is none.
bool LooksDumped(std::string_view bytes) {
  if (Has(bytes, std::string_view("\0", 1))) return false;
  for (std::size_t at = bytes.find("goroutine "); at != bytes.npos;
       at = bytes.find("goroutine ", at + 1)) {
    const std::size_t end = bytes.find('\n', at);
    std::string_view line = bytes.substr(at, end == bytes.npos ? end : end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.ends_with("]:") && Has(line, " [")) return true;
  }
  return false;
}

bool IsPlainText(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
  });
}

std::string Read(std::string_view text, Profile* profile) {
  if (text.empty()) return "it is empty";
  if (LooksCounted(text)) return profile::ReadCounts(text, profile);
  if (std::string other = WhatItIs(text); !other.empty()) return other;
  if (LooksDumped(text)) return profile::ReadDump(text, profile);
  if (IsPlainText(text)) {
    const std::string_view first = text.substr(0, std::min<std::size_t>(text.find('\n'), 60));
    return "it is a text without goroutines, which begins '" + std::string(first) + "'";
  }
  return profile::ReadProto(text, profile);
}

}  // namespace

std::int64_t Profile::Total() const {
  __extension__ using Wide = __int128;  // 2^26 counts of 64 bits each do not overflow it
  Wide total = 0;
  for (const ProfileStack& stack : stacks) total += stack.Count();
  return static_cast<std::int64_t>(
      std::clamp(total, static_cast<Wide>(INT64_MIN), static_cast<Wide>(INT64_MAX)));
}

Result<Profile> ReadProfile(std::string bytes, const std::string& name) {
  Profile profile;
  profile.texts = std::make_shared<std::deque<std::string>>();
  std::string wrong;
  if (bytes.size() > kMostProfileBytes) {
    wrong = kTooLarge;
  } else if (bytes.starts_with("\x1f\x8b")) {
    wrong = Unpack(bytes, &profile.texts->emplace_back());
  } else {
    profile.texts->push_back(std::move(bytes));
  }
  if (wrong.empty()) wrong = Read(profile.texts->front(), &profile);
  if (wrong.empty()) return profile;
  return Failure(
      {.what = "no profile", .where = name, .why = wrong, .exit_class = ExitClass::kUsage});
}

}  // namespace golab::lab
