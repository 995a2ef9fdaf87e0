// Go's io: results of a transfer, io.EOF, Writer, Reader and what copies between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "golab/errors.h"
#include "golab/func.h"
#include "golab/references.h"
#include "golab/string.h"
#include "golab/type.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

const Error& EofError();
const Error& UnexpectedEofError();

}  // namespace golab::rt

namespace golab::io {

/// What every Read and Write returns: `auto [n, err] = conn.Read(buf, size);`.
struct Transfer {
  int n = 0;  ///< bytes
  Error err;
};

/// `EOF`, the end of what can be read. Go: io.EOF, a name that <cstdio> takes as a macro.
inline constexpr rt::ErrorConstant Eof{&rt::EofError};

/// Go's io.Writer, as a value: where fmt::Fprint and log write. Made implicitly from
/// - a handle whose Write is const, by copy: os::Stdout(), net::Conn;
/// - an object that cannot be copied, by reference: http::ResponseWriter. It must outlive the
/// Writer;
/// - a pointer to any object with Write(const char*, std::size_t), which must outlive the Writer;
/// - a callable (const char* data, std::size_t size).
/// Write may return a Transfer, an Error, or nothing. Blocks as the object does.
class Writer {
 public:
  template <rt::OtherThan<Writer> T>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Writer(T&& to) : write_(Make(std::forward<T>(to))) {}

  Transfer Write(const char* data, std::size_t size) const { return write_(data, size); }

 private:
  using Function = Func<Transfer(const char*, std::size_t)>;

  template <class Call>
  static Transfer Result(const Call& call, std::size_t size) {
    using R = decltype(call());
    if constexpr (std::is_void_v<R>) {
      call();
      return {static_cast<int>(size), nullptr};
    } else if constexpr (std::is_convertible_v<R, Error>) {
      Error err = call();
      const int n = err ? 0 : static_cast<int>(size);
      return {n, std::move(err)};
    } else {
      auto [n, err] = call();
      return {static_cast<int>(n), std::move(err)};
    }
  }

  template <class T>
  static Function Make(T&& to) {
    using Held = std::decay_t<T>;
    if constexpr (std::is_invocable_v<Held&, const char*, std::size_t>) {
      return [to = Held(std::forward<T>(to))](const char* data, std::size_t size) mutable {
        return Result([&] { return to(data, size); }, size);
      };
    } else if constexpr (std::is_pointer_v<Held>) {
      return [to](const char* data, std::size_t size) {
        return Result([&] { return to->Write(data, size); }, size);
      };
    } else if constexpr (!std::is_copy_constructible_v<Held>) {
      static_assert(std::is_lvalue_reference_v<T>,
                    "io::Writer refers to the object: it must be a variable");
      return Make(&to);
    } else {
      static_assert(
          requires(const Held& handle) { handle.Write("", std::size_t{}); },
          "io::Writer would write into a copy: pass a pointer (&buffer), as in Go");
      return [to = Held(to)](const char* data, std::size_t size) {
        return Result([&] { return to.Write(data, size); }, size);
      };
    }
  }

  Function write_;
};

/// Takes everything and forgets it. Go: io.Discard, a variable there.
Writer Discard();

/// `unexpected EOF`: the end came before what was announced. Go: io.ErrUnexpectedEOF.
inline constexpr rt::ErrorConstant ErrUnexpectedEOF{&rt::UnexpectedEofError};

}  // namespace golab::io

namespace golab::rt {

/// What is behind an io::Reader. Shared by its copies.
struct ReaderRep {
  std::uint32_t references;  // the last one destroys
  io::Transfer (*read)(ReaderRep* rep, char* buf, std::size_t size);
  Error (*close)(ReaderRep* rep);
  void (*destroy)(ReaderRep* rep);
  const Type* type;  ///< of `value`
  void* value;       ///< the program's object
};

template <class T>
concept Reads = requires(T& from, char* buf) {
  static_cast<const Error&>(from.Read(buf, std::size_t{}).err);
};

template <class T>
struct HeldReader : ReaderRep {
  template <class U>
  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): never copied
  explicit HeldReader(U&& from)
      : ReaderRep{1, &Read, &Close, &Destroy, &kType<T>, nullptr}, object(std::forward<U>(from)) {
    value = &object;
  }

  static io::Transfer Read(ReaderRep* rep, char* buf, std::size_t size) {
    auto [n, err] = static_cast<HeldReader*>(rep)->object.Read(buf, size);
    return {static_cast<int>(n), std::move(err)};
  }

  static Error Close(ReaderRep* rep) {
    if constexpr (requires(T & from) { from.Close(); }) {
      if constexpr (std::is_void_v<decltype(static_cast<HeldReader*>(rep)->object.Close())>) {
        static_cast<HeldReader*>(rep)->object.Close();
        return nullptr;
      } else {
        return static_cast<HeldReader*>(rep)->object.Close();
      }
    } else {
      return nullptr;
    }
  }

  static void Destroy(ReaderRep* rep) { delete static_cast<HeldReader*>(rep); }

  T object;
};

}  // namespace golab::rt

namespace golab::io {

/// Go's io.Reader and io.ReadCloser, as a value: where bytes come from. A reference; nil by
/// default. Made implicitly of any copyable object with `Transfer Read(char* buf, std::size_t
/// size)`: its copies share one. Blocks as the object does.
class Reader {
 public:
  constexpr Reader() noexcept = default;

  constexpr Reader(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  template <rt::OtherThan<Reader> T>

  requires rt::Reads<std::decay_t<T>>
  // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): constrained
  Reader(T&& from) : rep_(new rt::HeldReader<std::decay_t<T>>(std::forward<T>(from))) {}

  explicit Reader(rt::ReaderRep* adopted) noexcept : rep_(adopted) {}  ///< For the library.

  Reader(const Reader& other) noexcept : rep_(other.rep_) {
    // Relaxed: a new reference is made from one that keeps the object alive.
    if (rep_ != nullptr) __atomic_fetch_add(&rep_->references, 1, __ATOMIC_RELAXED);
  }

  Reader(Reader&& other) noexcept : rep_(other.rep_) { other.rep_ = nullptr; }

  Reader& operator=(Reader other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~Reader() {
    if (rep_ != nullptr && rt::DropReference(&rep_->references)) rep_->destroy(rep_);
  }

  /// Up to `size` bytes into `buf`; 0 and io::Eof at the end. A nil Reader panics as Go's.
  Transfer Read(char* buf, std::size_t size) const {
    if (rep_ == nullptr) rt::PanicNilDereference();
    return rep_->read(rep_, buf, size);
  }

  /// Go: Close of an io.ReadCloser; nothing if the object has no Close.
  Error Close() const {
    if (rep_ == nullptr) rt::PanicNilDereference();
    return rep_->close(rep_);
  }

  /// The program's own object if it is a T, else null. Go: r.(T).
  template <class T>
  T* As() const noexcept {
    const bool same =
        rep_ != nullptr && rep_->value != nullptr && rt::SameType(*rep_->type, rt::kType<T>);
    return same ? static_cast<T*>(rep_->value) : nullptr;
  }

  explicit operator bool() const noexcept { return rep_ != nullptr; }

  friend bool operator==(const Reader& reader, std::nullptr_t) noexcept { return !reader; }

  rt::ReaderRep* raw() const noexcept { return rep_; }  ///< For the library.

 private:
  rt::ReaderRep* rep_ = nullptr;  // null: nil
};

using ReadCloser = Reader;  ///< Go: io.ReadCloser.

/// What ReadAll gives: `auto [text, err] = io::ReadAll(resp.Body);`.
struct Content {
  String text;
  Error err;  ///< nil at the end of the reader
};

/// Everything up to the end. Go: io.ReadAll.
Content ReadAll(const Reader& from);

/// What Copy gives: `auto [n, err] = io::Copy(w, r.Body);`.
struct Copied {
  std::int64_t n = 0;
  Error err;
};

/// Reads to the end and writes it; an error of either ends it. Go: io.Copy.
Copied Copy(const Writer& to, const Reader& from);

}  // namespace golab::io

#pragma GCC visibility pop
