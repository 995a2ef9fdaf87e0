#pragma once
// What a student's whole folder comes to, on one list: does all that was begun build, do its tests
// pass, is it free of races and leaks, are the required tasks done, and are there notes. A pure
// function of the reports of its tasks.

#include <cstddef>
#include <string>
#include <vector>

#include "lab/catalogue/catalogue.h"
#include "lab/report/report.h"

namespace golab::lab {

/// The student's own notes.
struct Notes {
  std::string file;       ///< "NOTES.md"
  bool there = false;     ///< a regular file that can be read
  std::size_t words = 0;  ///< outside of headings
};

/// Words of a text in Markdown, without its headings, comments and fences.
std::size_t WordsOfNotes(std::string_view markdown);

struct ChecklistRow {
  std::string id;                    ///< "builds tests races leaks required notes"
  std::string what;                  ///< what must hold
  Outcome outcome = Outcome::kSkip;  ///< kSkip: there is nothing yet to judge
  std::string found;                 ///< one line
  std::string next;                  ///< a command or a step; empty where nothing is to be done
};

struct Checklist {
  std::string subject;  ///< the folder, as the user knows it
  int tasks = 0, begun = 0, done = 0;
  std::vector<ChecklistRow> rows;

  /// All rows pass. A row that could not be judged is not done.
  bool Complete() const;
};

/// `reports` are of all tasks of the catalogue, in its order.
Checklist MakeChecklist(const Catalogue& catalogue, const std::vector<TaskReport>& reports,
                        const Notes& notes);

/// One object, schema "golab.checklist/1".
std::string WriteJson(const Checklist& checklist);

}  // namespace golab::lab
