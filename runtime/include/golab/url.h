#pragma once
// Go's net/url: addresses, and the queries in them.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "golab/errors.h"
#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

struct TableRep;

/// A name and its values.
struct TableField {
  String key;
  Slice<String> values;
};

/// Texts under names, sorted by name: Go's map[string][]string. A reference, as Go's maps are:
/// copies are the same table. Differs: the zero value becomes a table at the first Set or Add.
class Table {
 public:
  Table() noexcept = default;
  Table(const Table& other) noexcept;

  Table(Table&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Table& operator=(Table other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Table();

  std::size_t Len() const noexcept;  ///< Names. Go: len(h).
  bool Has(const String& key) const noexcept;

  /// The values of exactly this name, none if it is not there. Go: h[key].
  Slice<String> operator[](const String& key) const noexcept;

  /// In order of names: `for (const auto& [key, values] : h)`. Valid until the table is changed.
  const TableField* begin() const noexcept;
  const TableField* end() const noexcept;

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  // For the library; names as they are.
  const TableField* FindField(const char* key, std::size_t size) const noexcept;
  void SetField(const String& key, Slice<String> values);
  void AddField(const String& key, const String& value);
  void RemoveField(const String& key);
  Table CopyFields() const;
  /// Takes fields in any order, names repeated; sorts them, values in their order.
  static Table OfFields(TableField* fields, std::size_t n);

 private:
  TableRep* rep_ = nullptr;  // null: none yet
};

}  // namespace golab::rt

namespace golab::url {

/// Names and values of a query or a form. Go: url.Values.
class Values : public rt::Table {
 public:
  golab::String Get(const golab::String& key) const;  ///< The first value, empty if none.
  void Set(const golab::String& key, const golab::String& value);
  void Add(const golab::String& key, const golab::String& value);
  void Del(const golab::String& key);
  golab::String Encode() const;  ///< `bar=baz&foo=quux`, sorted by name.
};

/// What ParseQuery gives.
struct ParsedQuery {
  Values values;
  Error err;  ///< of the first pair that is wrong; the others are in values
};

/// Takes `a=1&b=2` apart. Go: url.ParseQuery.
ParsedQuery ParseQuery(const golab::String& query);

/// `a b/c` becomes `a+b%2Fc`. Go: url.QueryEscape.
golab::String QueryEscape(const golab::String& text);
/// `a b/c` becomes `a%20b%2Fc`. Go: url.PathEscape.
golab::String PathEscape(const golab::String& text);

/// What the Unescapes give.
struct Unescaped {
  golab::String text;
  golab::Error err;
};

/// Errors: EscapeError, `invalid URL escape "%zz"`. Go: url.QueryUnescape.
Unescaped QueryUnescape(const golab::String& text);
/// As QueryUnescape; a `+` stays. Go: url.PathUnescape.
Unescaped PathUnescape(const golab::String& text);

/// `parse "http://a:bad": invalid port ":bad" after host`. Go: url.Error.
struct Error {
  golab::String Op;
  golab::String URL;
  golab::Error Err;

  golab::String Text() const;

  golab::Error Unwrap() const { return Err; }

  bool Timeout() const;
  bool Temporary() const;
};

/// A name and maybe a password. Go: url.Userinfo.
struct Userinfo {
  golab::String Username;
  golab::String Password;
  bool HasPassword = false;
  bool Set = false;  ///< false: nil in Go

  golab::String String() const;
};

struct ParsedURL;

/// `scheme://user@host/path?query#fragment`, or `scheme:opaque`. Go: url.URL.
struct URL {
  golab::String Scheme;
  golab::String Opaque;
  Userinfo User;
  golab::String Host;     ///< host or host:port
  golab::String Path;     ///< without escapes
  golab::String RawPath;  ///< as written, if that is not what Path alone would be written as
  bool OmitHost = false;
  bool ForceQuery = false;  ///< a `?` though RawQuery is empty
  golab::String RawQuery;   ///< without `?`
  golab::String Fragment;   ///< without `#`
  golab::String RawFragment;

  golab::String String() const;
  golab::String Hostname() const;  ///< Host without port and brackets
  golab::String Port() const;      ///< empty if there is none
  golab::String EscapedPath() const;
  golab::String EscapedFragment() const;
  golab::String RequestURI() const;  ///< what a request for it asks for: `/path?query`
  golab::String Redacted() const;    ///< String with `xxxxx` for a password

  bool IsAbs() const { return !Scheme.empty(); }

  Values Query() const;  ///< of RawQuery; pairs that are wrong are left out

  /// `ref` as seen from this one. Go: (*URL).Parse, ResolveReference.
  ParsedURL Parse(const golab::String& ref) const;
  URL ResolveReference(const URL& ref) const;
  URL JoinPath(const golab::String& element) const;
};

/// What Parse gives: `auto [u, err] = url::Parse(text);`.
struct ParsedURL {
  URL url;
  golab::Error err;
};

/// Takes a URL apart, absolute or relative. Go: url.Parse.
ParsedURL Parse(const golab::String& text);
/// As it stands in a request: absolute, or a path from the root; no fragment. Go:
/// url.ParseRequestURI.
ParsedURL ParseRequestURI(const golab::String& text);

}  // namespace golab::url

#pragma GCC visibility pop
