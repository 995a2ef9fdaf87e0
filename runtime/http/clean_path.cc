#include "runtime/http/clean_path.h"

namespace golab::rt {

std::string ShortPath(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::string out = rooted ? "/" : "";
  std::size_t keep = out.size();  // what ".." cannot take away
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view piece = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (piece.empty() || piece == ".") continue;
    if (piece == ".." && out.size() > keep) {
      const std::size_t last = out.rfind('/');
      out.resize(last == std::string::npos || last < keep ? keep : last);
      continue;
    }
    if (piece == ".." && rooted) continue;
    if (!out.empty() && out.back() != '/') out += '/';
    out += piece;
    if (piece == "..") keep = out.size();
  }
  return out.empty() ? "." : out;
}

std::string CleanPath(std::string_view path) {
  if (path.empty()) return "/";
  std::string clean = ShortPath(path.front() == '/' ? std::string(path) : "/" + std::string(path));
  if (path.back() == '/' && clean != "/") clean += '/';
  return clean;
}

}  // namespace golab::rt
