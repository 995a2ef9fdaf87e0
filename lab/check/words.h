#pragma once
// How golab says numbers, instants, goroutines and places, everywhere the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "lab/history/history.h"

namespace golab::lab {

/// "main", "goroutine 7"; "the program" for 0.
std::string Who(std::uint32_t g);
/// "0.500 s": an instant, or a length that is compared with one.
std::string InSeconds(std::uint64_t ns);
/// "61,440".
std::string Grouped(std::int64_t n);
/// "main.cc:12"; empty if the line is unknown.
std::string FileLine(const Frame& frame);
/// "[chan send]".
std::string InBrackets(rt::WaitReason reason);
/// "SIGSEGV"; "signal 77" if it has no name.
std::string SignalName(int signal);

/// "Panics" of "main.Panics".
std::string_view WithoutPackage(std::string_view function);

}  // namespace golab::lab
