#include "runtime/http/pattern.h"

#include <algorithm>
#include <set>

#include "runtime/http/clean_path.h"
#include "runtime/http/field_text.h"
#include "runtime/http/url_escape.h"
#include "runtime/lang/quote.h"

namespace golab::rt {
namespace {

// What requests the one matches, as seen from the other.
enum class Relation { kEqual, kMoreGeneral, kMoreSpecific, kDisjoint, kOverlaps };

// Of two parts of a pattern each.
Relation Combine(Relation first, Relation second) {
  if (first == Relation::kEqual) return second;
  if (second == Relation::kDisjoint || first == Relation::kDisjoint) return Relation::kDisjoint;
  if (first == Relation::kOverlaps || second == Relation::kEqual || second == first) return first;
  return Relation::kOverlaps;
}

Relation CompareMethods(const Pattern& a, const Pattern& b) {
  if (a.method == b.method) return Relation::kEqual;
  if (a.method.empty()) return Relation::kMoreGeneral;
  if (b.method.empty()) return Relation::kMoreSpecific;
  // GET is for HEAD, too.
  if (a.method == "GET" && b.method == "HEAD") return Relation::kMoreGeneral;
  if (a.method == "HEAD" && b.method == "GET") return Relation::kMoreSpecific;
  return Relation::kDisjoint;
}

Relation CompareSegments(const Segment& a, const Segment& b) {
  if (a.multi && b.multi) return Relation::kEqual;
  if (a.multi) return Relation::kMoreGeneral;
  if (b.multi) return Relation::kMoreSpecific;
  if (a.wild && b.wild) return Relation::kEqual;
  // A wildcard stands for no slash at the end.
  if (a.wild) return b.IsEnd() ? Relation::kDisjoint : Relation::kMoreGeneral;
  if (b.wild) return a.IsEnd() ? Relation::kDisjoint : Relation::kMoreSpecific;
  return a.text == b.text ? Relation::kEqual : Relation::kDisjoint;
}

Relation ComparePaths(const Pattern& a, const Pattern& b) {
  const std::size_t n = std::min(a.segments.size(), b.segments.size());
  Relation relation = Relation::kEqual;
  for (std::size_t i = 0; i < n; ++i) {
    relation = Combine(relation, CompareSegments(a.segments[i], b.segments[i]));
    if (relation == Relation::kDisjoint) return relation;
  }
  if (a.segments.size() == b.segments.size()) return relation;
  // The rest of the longer one is among what a multi at the end of the shorter one stands for.
  if (a.segments.size() < b.segments.size() && a.LastIsMulti())
    return Combine(relation, Relation::kMoreGeneral);
  if (b.segments.size() < a.segments.size() && b.LastIsMulti())
    return Combine(relation, Relation::kMoreSpecific);
  return Relation::kDisjoint;
}

Relation ComparePathsAndMethods(const Pattern& a, const Pattern& b) {
  const Relation methods = CompareMethods(a, b);
  if (methods == Relation::kDisjoint) return methods;
  return Combine(methods, ComparePaths(a, b));
}

bool IsName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

std::string Unescaped(std::string_view text) {
  std::string plain;
  return UnescapeUrl(text, UrlPart::kPathSegment, &plain) == nullptr ? plain : std::string(text);
}

// A path as a sequence of segments. Errors without place; `*consumed`: what was taken before it.
class PathParser {
 public:
  PathParser(std::string_view path, Pattern* pattern)
      : rest_(path), whole_(path), pattern_(pattern) {}

  std::string Parse() {
    while (!rest_.empty()) {
      rest_.remove_prefix(1);  // the slash
      offset_ = whole_.size() - rest_.size();
      if (rest_.empty()) {
        pattern_->segments.push_back({"", true, true});  // "/a/" is for all that is below
        break;
      }
      const std::size_t slash = std::min(rest_.find('/'), rest_.size());
      const std::string_view segment = rest_.substr(0, slash);
      rest_.remove_prefix(slash);
      if (std::string fault = Add(segment); !fault.empty()) return fault;
    }
    return "";
  }

  std::size_t offset() const { return offset_; }

 private:
  std::string Add(std::string_view segment) {
    const std::size_t brace = segment.find('{');
    if (brace == std::string_view::npos) {
      pattern_->segments.push_back({Unescaped(segment), false, false});
      return "";
    }
    if (brace != 0) return "bad wildcard segment (must start with '{')";
    if (segment.back() != '}') return "bad wildcard segment (must end with '}')";
    std::string_view name = segment.substr(1, segment.size() - 2);
    if (name == "$") {
      if (!rest_.empty()) return "{$} not at end";
      pattern_->segments.push_back({"/", false, false});
      return "";
    }
    bool multi = false;
    if (name.ends_with("...")) {
      multi = true;
      name.remove_suffix(3);
      if (!rest_.empty()) return "{...} wildcard not at end";
    }
    if (name.empty()) return "empty wildcard";
    if (!IsName(name)) return "bad wildcard name " + Quote(name);
    if (!names_.insert(std::string(name)).second) return "duplicate wildcard name " + Quote(name);
    pattern_->segments.push_back({std::string(name), true, multi});
    return "";
  }

  std::string_view rest_;
  std::string_view whole_;
  Pattern* pattern_;
  std::size_t offset_ = 0;
  std::set<std::string> names_;
};

std::string AtOffset(std::size_t offset, const std::string& fault) {
  return "at offset " + std::to_string(offset) + ": " + fault;
}

void AppendSegment(std::string* path, const Segment& segment) {
  *path += '/';
  if (!segment.multi && !segment.IsEnd()) *path += segment.text;
}

// What is left of the longer pattern, in a way that matches it.
void AppendRest(std::string* path, const Pattern& a, const Pattern& b) {
  const std::size_t n = std::min(a.segments.size(), b.segments.size());
  const Pattern& longer = a.segments.size() > n ? a : b;
  for (std::size_t i = n; i < longer.segments.size(); ++i) AppendSegment(path, longer.segments[i]);
}

// A path that both match. Go: commonPath.
std::string CommonPath(const Pattern& a, const Pattern& b) {
  std::string path;
  const std::size_t n = std::min(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < n; ++i) {
    AppendSegment(&path, a.segments[i].wild ? b.segments[i] : a.segments[i]);
  }
  AppendRest(&path, a, b);
  return path;
}

// A path that `a` matches and `b` does not. Go: differencePath.
std::string DifferencePath(const Pattern& a, const Pattern& b) {
  std::string path;
  const std::size_t n = std::min(a.segments.size(), b.segments.size());
  for (std::size_t i = 0; i < n; ++i) {
    const Segment& x = a.segments[i];
    const Segment& y = b.segments[i];
    if (x.multi) {
      path += '/';
      if (!y.multi && y.IsEnd()) path += x.text.empty() ? "x" : x.text;
      return path;
    }
    if (x.wild && !y.wild && x.text == y.text) {
      path += "/" + y.text + "x";  // anything but that
    } else {
      AppendSegment(&path, x);
    }
  }
  AppendRest(&path, a, b);
  return path;
}

}  // namespace

std::string ParsePattern(std::string_view text, Pattern* pattern) {
  if (text.empty()) return "empty pattern";
  pattern->text = text;
  const std::size_t blank = text.find_first_of(" \t");
  std::size_t offset = 0;
  std::string_view rest = text;
  if (blank != std::string_view::npos) {
    pattern->method = text.substr(0, blank);
    rest = text.substr(blank + 1);
    while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
    offset = pattern->method.size() + 1;
    if (!pattern->method.empty() && !IsToken(pattern->method)) {
      return AtOffset(0, "invalid method " + Quote(pattern->method));
    }
  }
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return AtOffset(offset, "host/path missing /");
  pattern->host = rest.substr(0, slash);
  if (const std::size_t brace = pattern->host.find('{'); brace != std::string::npos) {
    return AtOffset(offset + brace, "host contains '{' (missing initial '/'?)");
  }
  rest.remove_prefix(slash);
  offset += slash;
  // Paths are cleaned before they are matched, but for CONNECT.
  if (!pattern->method.empty() && pattern->method != "CONNECT" && rest != CleanPath(rest)) {
    return AtOffset(offset, "non-CONNECT pattern with unclean path can never match");
  }
  PathParser parser(rest, pattern);
  const std::string fault = parser.Parse();
  return fault.empty() ? fault : AtOffset(offset + parser.offset(), fault);
}

bool Conflict(const Pattern& a, const Pattern& b) {
  if (a.host != b.host) return false;  // either cannot meet, or the one with a host wins
  const Relation relation = ComparePathsAndMethods(a, b);
  return relation == Relation::kEqual || relation == Relation::kOverlaps;
}

std::string DescribeConflict(const Pattern& a, const Pattern& b) {
  const Relation methods = CompareMethods(a, b);
  const Relation paths = ComparePaths(a, b);
  const std::string& x = a.text;
  const std::string& y = b.text;
  if (Combine(methods, paths) == Relation::kEqual) return x + " matches the same requests as " + y;
  if (paths == Relation::kOverlaps) {
    return x + " and " + y + " both match some paths, like " + Quote(CommonPath(a, b)) +
           ".\nBut neither is more specific than the other.\n" + x + " matches " +
           Quote(DifferencePath(a, b)) + ", but " + y + " doesn't.\n" + y + " matches " +
           Quote(DifferencePath(b, a)) + ", but " + x + " doesn't.";
  }
  if (methods == Relation::kMoreGeneral) {
    return x + " matches more methods than " + y + ", but has a more specific path pattern";
  }
  return x + " matches fewer methods than " + y + ", but has a more general path pattern";
}

}  // namespace golab::rt
