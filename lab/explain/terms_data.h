#pragma once
// The glossary's tables, one file of texts a subject.

#include <utility>
#include <vector>

#include "lab/explain/terms.h"

namespace golab::lab {

const std::vector<Term>& StateTerms();
const std::vector<Term>& WaitReasonTerms();
const std::vector<Term>& VerbTerms();
const std::vector<Term>& PartTerms();
const std::vector<Term>& ApiTerms();
const std::vector<Term>& IdeaTerms();
const std::vector<Term>& GolabTerms();

/// Headings with their tables, in the order of the list.
inline std::vector<std::pair<const char*, const std::vector<Term>&>> TermTables() {
  return {
      {"states", StateTerms()},        {"wait reasons", WaitReasonTerms()}, {"verbs", VerbTerms()},
      {"parts", PartTerms()},          {"functions and types", ApiTerms()}, {"ideas", IdeaTerms()},
      {"words of golab", GolabTerms()}};
}

}  // namespace golab::lab
