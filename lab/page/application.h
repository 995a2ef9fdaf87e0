#pragma once
// The page's script and style, built from lab/page/app when golab was (bundle.cmake).

#include <string_view>

namespace golab::lab::page {

struct Application {
  std::string_view script;
  std::string_view script_hash;  ///< SHA-256, base64: the page's policy runs nothing else
  std::string_view style;
  std::string_view style_hash;
  std::string_view notices;  ///< licences of what is in it
  std::string_view missing;  ///< why there is none: pages are plain then; empty: there is one

  bool IsThere() const { return !script.empty(); }
};

const Application& BuiltInApplication();

}  // namespace golab::lab::page
