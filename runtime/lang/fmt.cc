#include "golab/fmt.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include "golab/os.h"

#include "runtime/lang/printer.h"

namespace golab::fmt {
namespace {

std::string_view View(const golab::String& text) {
  return {text.data(), text.size()};
}

golab::String Take(const rt::Printer& printer) {
  return printer.text();
}

io::Transfer WriteTo(const io::Writer& to, const rt::Printer& printer) {
  return to.Write(printer.text().data(), printer.text().size());
}

io::Transfer ToStdout(const rt::Printer& printer) {
  return os::Stdout().Write(printer.text().data(), printer.text().size());
}

// Go: wrapError and wrapErrors in one, told apart by Unwrap's result alone.
struct WrapError {
  golab::String text;
  Error err;

  golab::String Text() const { return text; }

  Error Unwrap() const { return err; }
};

struct WrapErrors {
  golab::String text;
  Slice<Error> errs;

  golab::String Text() const { return text; }

  Slice<Error> Unwrap() const { return errs; }
};

}  // namespace

golab::String VSprint(Args args) {
  rt::Printer printer;
  printer.Print(args);
  return Take(printer);
}

golab::String VSprintln(Args args) {
  rt::Printer printer;
  printer.Println(args);
  return Take(printer);
}

golab::String VSprintf(const golab::String& format, Args args) {
  rt::Printer printer;
  printer.Printf(View(format), args);
  return Take(printer);
}

io::Transfer VPrint(Args args) {
  rt::Printer printer;
  printer.Print(args);
  return ToStdout(printer);
}

io::Transfer VPrintln(Args args) {
  rt::Printer printer;
  printer.Println(args);
  return ToStdout(printer);
}

io::Transfer VPrintf(const golab::String& format, Args args) {
  rt::Printer printer;
  printer.Printf(View(format), args);
  return ToStdout(printer);
}

io::Transfer VFprint(const io::Writer& to, Args args) {
  rt::Printer printer;
  printer.Print(args);
  return WriteTo(to, printer);
}

io::Transfer VFprintln(const io::Writer& to, Args args) {
  rt::Printer printer;
  printer.Println(args);
  return WriteTo(to, printer);
}

io::Transfer VFprintf(const io::Writer& to, const golab::String& format, Args args) {
  rt::Printer printer;
  printer.Printf(View(format), args);
  return WriteTo(to, printer);
}

Error VErrorf(const golab::String& format, Args args, const Error* errors) {
  rt::Printer printer;
  printer.AllowWrap();
  printer.Printf(View(format), args);
  std::vector<std::size_t> wrapped = printer.wrapped();
  if (wrapped.empty()) return errors::New(Take(printer));
  if (wrapped.size() == 1) return WrapError{Take(printer), errors[wrapped[0]]};
  std::sort(wrapped.begin(), wrapped.end());
  wrapped.erase(std::unique(wrapped.begin(), wrapped.end()), wrapped.end());
  std::vector<Error> errs;
  for (const std::size_t i : wrapped) {
    if (errors[i]) errs.push_back(errors[i]);
  }
  return WrapErrors{Take(printer), Slice<Error>(errs.data(), errs.size())};
}

}  // namespace golab::fmt
