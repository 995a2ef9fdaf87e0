// Go's flag: command-line flags.
//
//   int* workers = flag::Int("workers", 10, "number of `goroutines`");
//   flag::Parse();
//   ... *workers ...
//
// Forms: -x=v, -x v (not for a bool: -x, -x=false), --x; `--` and the first word that is no flag
// end them. -h and -help print the usage and exit with status 0; a mistake prints Go's line
// (`flag provided but not defined: -x`, `invalid value "a" for flag -n: parse error`) and the
// usage on standard error, and exits with status 2.
//
// For main and what runs before it: not safe for several threads at once.
#pragma once

#include <cstdint>

#include "golab/duration.h"
#include "golab/func.h"
#include "golab/slice.h"
#include "golab/string.h"

#pragma GCC visibility push(default)  // exported by the shared runtime, which hides all else

namespace golab::flag {

// Each defines a flag and returns where its value is: `value` until Parse sets it, valid for ever.
// A name in `back quotes` in the usage stands for the value in the help. A name that is taken
// panics `PROGRAM flag redefined: NAME`; one that begins with '-' or contains '=' panics as in Go.

/// Decimal, 0x, 0o, 0b; out of 32 bits is `value out of range` (Go's int has 64). Go: flag.Int.
int* Int(const golab::String& name, int value, const golab::String& usage);
std::int64_t* Int64(const golab::String& name, std::int64_t value, const golab::String& usage);
unsigned* Uint(const golab::String& name, unsigned value, const golab::String& usage);
std::uint64_t* Uint64(const golab::String& name, std::uint64_t value, const golab::String& usage);
double* Float64(const golab::String& name, double value, const golab::String& usage);
bool* Bool(const golab::String& name, bool value, const golab::String& usage);
golab::String* String(const golab::String& name, const golab::String& value,
                      const golab::String& usage);

/// What time::ParseDuration reads. Go: flag.Duration.
time::Duration* Duration(const golab::String& name, time::Duration value,
                         const golab::String& usage);

// The same with a variable of the caller's, which must live until the last use. Go: flag.IntVar
// etc.
void IntVar(int* at, const golab::String& name, int value, const golab::String& usage);
void Int64Var(std::int64_t* at, const golab::String& name, std::int64_t value,
              const golab::String& usage);
void UintVar(unsigned* at, const golab::String& name, unsigned value, const golab::String& usage);
void Uint64Var(std::uint64_t* at, const golab::String& name, std::uint64_t value,
               const golab::String& usage);
void Float64Var(double* at, const golab::String& name, double value, const golab::String& usage);
void BoolVar(bool* at, const golab::String& name, bool value, const golab::String& usage);
void StringVar(golab::String* at, const golab::String& name, const golab::String& value,
               const golab::String& usage);
void DurationVar(time::Duration* at, const golab::String& name, time::Duration value,
                 const golab::String& usage);

/// Reads the command line. Call once, after all flags are defined. Go: flag.Parse.
void Parse();

/// Go: flag.Parsed.
bool Parsed();

/// What follows the flags. Go: flag.Args.
Slice<golab::String> Args();

/// The i-th of Args(), empty if there is none. Go: flag.Arg.
golab::String Arg(int i);

/// Go: flag.NArg.
int NArg();

/// How many flags the command line set. Go: flag.NFlag.
int NFlag();

/// Sets a defined flag from text; error `no such flag -NAME`, or the reason. Go: flag.Set.
Error Set(const golab::String& name, const golab::String& value);

/// Prints `Usage of PROGRAM:` and PrintDefaults, or calls what SetUsage gave. Go: flag.Usage.
void Usage();

/// Replaces Usage. Go: flag.Usage = f.
void SetUsage(Func<void()> usage);

/// Prints the flags, sorted, in Go's two columns, to standard error. Go: flag.PrintDefaults.
void PrintDefaults();

}  // namespace golab::flag

#pragma GCC visibility pop
