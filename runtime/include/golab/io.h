// Go's io, as far as fmt, log and os need it: results of a transfer, io.EOF, io.Writer.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "golab/errors.h"
#include "golab/func.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::rt {

const Error& EofError();

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

}  // namespace golab::io

#pragma GCC visibility pop
