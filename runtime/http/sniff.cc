// The type of a content by its first bytes. Go: net/http/sniff.go, after
// https://mimesniff.spec.whatwg.org/

#include <algorithm>
#include <string_view>

#include "golab/http_message.h"

namespace golab::http {
namespace {

using std::literals::operator""sv;

constexpr std::size_t kLooksAt = 512;

// In front of blanks, any case, and followed by a blank or '>'.
constexpr std::string_view kTags[] = {
    "<!DOCTYPE HTML", "<HTML", "<HEAD",  "<SCRIPT", "<IFRAME", "<H1",   "<DIV", "<FONT",
    "<TABLE",         "<A",    "<STYLE", "<TITLE",  "<B",      "<BODY", "<BR",  "<P",
    "<!--",
};

struct Signature {
  std::string_view mask;  // empty: all bits count
  std::string_view bytes;
  const char* type;
};

constexpr Signature kBeforeAll[] = {
    {"", "%PDF-"sv, "application/pdf"},
    {"", "%!PS-Adobe-"sv, "application/postscript"},
    {"\xFF\xFF\0\0"sv, "\xFE\xFF\0\0"sv, "text/plain; charset=utf-16be"},
    {"\xFF\xFF\0\0"sv, "\xFF\xFE\0\0"sv, "text/plain; charset=utf-16le"},
    {"\xFF\xFF\xFF\0"sv, "\xEF\xBB\xBF\0"sv, "text/plain; charset=utf-8"},
    {"", "\0\0\x01\0"sv, "image/x-icon"},
    {"", "\0\0\x02\0"sv, "image/x-icon"},
    {"", "BM"sv, "image/bmp"},
    {"", "GIF87a"sv, "image/gif"},
    {"", "GIF89a"sv, "image/gif"},
    {"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF"sv, "RIFF\0\0\0\0WEBPVP"sv, "image/webp"},
    {"", "\x89PNG\x0D\x0A\x1A\x0A"sv, "image/png"},
    {"", "\xFF\xD8\xFF"sv, "image/jpeg"},
    {"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF"sv, "FORM\0\0\0\0AIFF"sv, "audio/aiff"},
    {"", "ID3"sv, "audio/mpeg"},
    {"", "OggS\0"sv, "application/ogg"},
    {"", "MThd\0\0\0\x06"sv, "audio/midi"},
    {"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF"sv, "RIFF\0\0\0\0AVI "sv, "video/avi"},
    {"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF"sv, "RIFF\0\0\0\0WAVE"sv, "audio/wave"},
};

constexpr Signature kAfterMp4[] = {
    {"", "\x1A\x45\xDF\xA3"sv, "video/webm"},
    {"", "\x00\x01\x00\x00"sv, "font/ttf"},
    {"", "OTTO"sv, "font/otf"},
    {"", "ttcf"sv, "font/collection"},
    {"", "wOFF"sv, "font/woff"},
    {"", "wOF2"sv, "font/woff2"},
    {"", "\x1F\x8B\x08"sv, "application/x-gzip"},
    {"", "PK\x03\x04"sv, "application/zip"},
    {"", "Rar!\x1A\x07\x00"sv, "application/x-rar-compressed"},
    {"", "Rar!\x1A\x07\x01\x00"sv, "application/x-rar-compressed"},
    {"", "\x00\x61\x73\x6D"sv, "application/wasm"},
};

bool Matches(const Signature& signature, std::string_view data) {
  if (data.size() < signature.bytes.size()) return false;
  for (std::size_t i = 0; i < signature.bytes.size(); ++i) {
    const char mask = signature.mask.empty() ? '\xFF' : signature.mask[i];
    if ((data[i] & mask) != signature.bytes[i]) return false;
  }
  return true;
}

bool IsBlank(char c) {
  return c == '\t' || c == '\n' || c == '\x0c' || c == '\r' || c == ' ';
}

bool BeginsWithTag(std::string_view text, std::string_view tag) {
  if (text.size() < tag.size() + 1) return false;
  for (std::size_t i = 0; i < tag.size(); ++i) {
    const char c = tag[i] >= 'A' && tag[i] <= 'Z' ? static_cast<char>(text[i] & 0xDF) : text[i];
    if (c != tag[i]) return false;
  }
  return text[tag.size()] == ' ' || text[tag.size()] == '>';
}

// A box of brands, one of which begins with "mp4".
bool IsMp4(std::string_view data) {
  if (data.size() < 12) return false;
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(data[i]));
  };
  const std::size_t box = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  if (data.size() < box || box % 4 != 0 || data.substr(4, 4) != "ftyp") return false;
  for (std::size_t at = 8; at < box; at += 4) {
    if (at != 12 && data.substr(at, 3) == "mp4") return true;  // at 12: the version of the brand
  }
  return false;
}

bool IsBinary(char c) {
  const auto b = static_cast<unsigned char>(c);
  return b <= 0x08 || b == 0x0B || (b >= 0x0E && b <= 0x1A) || (b >= 0x1C && b <= 0x1F);
}

}  // namespace

String DetectContentType(const void* content, std::size_t size) {
  const std::string_view data(static_cast<const char*>(content), std::min(size, kLooksAt));
  const auto first = std::find_if_not(data.begin(), data.end(), &IsBlank);
  const std::string_view text = data.substr(static_cast<std::size_t>(first - data.begin()));
  for (const std::string_view tag : kTags) {
    if (BeginsWithTag(text, tag)) return "text/html; charset=utf-8";
  }
  if (text.starts_with("<?xml")) return "text/xml; charset=utf-8";
  for (const Signature& signature : kBeforeAll) {
    if (Matches(signature, data)) return signature.type;
  }
  if (IsMp4(data)) return "video/mp4";
  for (const Signature& signature : kAfterMp4) {
    if (Matches(signature, data)) return signature.type;
  }
  if (std::any_of(text.begin(), text.end(), &IsBinary)) return "application/octet-stream";
  return "text/plain; charset=utf-8";
}

}  // namespace golab::http
