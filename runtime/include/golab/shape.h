// What a C++ type looks like, as far as Go's fmt and interfaces ask.
#pragma once

#include "golab/string.h"

namespace golab::rt {

template <class T>
concept HasAsArg = requires(const T& value) {
  value.AsArg();
};

template <class T>
concept HasText = requires(const T& value) {
  String(value.Text());
};

template <class T>
concept HasStringMethod = requires(const T& value) {
  String(value.String());
};

template <class T>
concept HasWhat = requires(const T& value) {
  String(value.what());
};
template <class T>
concept HasWords = HasText<T> || HasStringMethod<T> || HasWhat<T>;

template <class T>
concept Complex = requires(const T& value) {
  static_cast<double>(value.real() + value.imag());
};

template <class T>
concept SmartPointer = requires(const T& value) {
  static_cast<const void*>(value.get());
};

template <class T>
concept Pair = requires(const T& value) {
  value.first, value.second;
};

template <class T>  // size(): a channel has begin() and end(), too, and must not be drained
concept List = requires(const T& value) {
  value.begin() != value.end(), value.size();
};

template <class T>
concept Map = List<T> && requires {
  typename T::mapped_type;
};

}  // namespace golab::rt
