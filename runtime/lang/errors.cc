#include "golab/errors.h"

#include <utility>
#include <vector>

#include "golab/io.h"
#include "golab/os.h"

#include "runtime/lang/doors.h"
#include "runtime/lang/error_timeout.h"

namespace golab {

String Error::Text() const {
  const rt::Box* const held = box_.get();
  if (held == nullptr) rt::PanicNilDereference();
  return held->ops->text(held->value);
}

fmt::Arg Error::AsArg() const {
  const rt::Box* const held = box_.get();
  return held == nullptr ? fmt::Arg{} : held->ops->arg(held->value);
}

namespace rt {
namespace {

Slice<Error> Wrapped(const Error& err) {
  const Box* const box = err.box();
  return box->ops->unwrap == nullptr ? Slice<Error>{} : box->ops->unwrap(box->value);
}

// Depth first, as Go's errors.Is and As: asks `found` of err and of all it wraps.
template <class Found>
bool Search(const Error& err, const Found& found) {
  if (!err) return false;
  if (found(*err.box())) return true;
  for (const Error& wrapped : Wrapped(err)) {
    if (Search(wrapped, found)) return true;
  }
  return false;
}

}  // namespace

const void* FindError(const Error& err, const Type& type) {
  const void* value = nullptr;
  Search(err, [&](const Box& box) {
    if (SameType(*box.ops->type, type)) value = box.value;
    return value != nullptr;
  });
  return value;
}

bool HasTimeout(const Error& err, bool* timeout) {
  return Search(err, [&](const Box& box) {
    if (box.ops->timeout == nullptr) return false;
    *timeout = box.ops->timeout(box.value);
    return true;
  });
}

const Error& EofError() {
  static const Error error = errors::New("EOF");
  return error;
}

namespace {

// Made before the first goroutine: who makes one comes before all who use it.
[[maybe_unused]] const bool made = (EofError(), true);

}  // namespace

}  // namespace rt

bool os::IsTimeout(const Error& err) {
  bool timeout = false;
  return rt::HasTimeout(err, &timeout) && timeout;
}

namespace errors {
namespace {

struct ErrorString {
  String text;

  String Text() const { return text; }
};

struct JoinError {
  Slice<Error> errs;

  String Text() const {
    String text;
    for (const Error& err : errs) {
      if (&err != errs.begin()) text += "\n";
      text += err.Text();
    }
    return text;
  }

  Slice<Error> Unwrap() const { return errs; }
};

}  // namespace

Error New(const String& text) {
  return ErrorString{text};
}

bool Is(const Error& err, const Error& target) {
  if (!err || !target) return err == target;
  return rt::Search(err, [&](const rt::Box& box) {
    return &box == target.box() || (box.ops->is != nullptr && box.ops->is(box.value, target));
  });
}

Error Unwrap(const Error& err) {
  if (!err || err.box()->ops->unwraps_many) return nullptr;
  const Slice<Error> wrapped = rt::Wrapped(err);
  return wrapped.empty() ? Error(nullptr) : wrapped[0];
}

Error Join(const Slice<Error>& errs) {
  std::vector<Error> kept;
  for (const Error& err : errs) {
    if (err) kept.push_back(err);
  }
  if (kept.empty()) return nullptr;
  return JoinError{Slice<Error>(kept.data(), kept.size())};
}

}  // namespace errors
}  // namespace golab
