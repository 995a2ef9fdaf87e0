#pragma once

// Running a program of this image.

namespace golab::rt {

/// The main function registered under `name`, null if there is none.
void (*FindMain(const char* name))();

/// Runs the program `name` with the process's arguments; returns only (with a status) if there is
/// none.
int RunProgram(const char* name, int argc, char** argv);

/// Records, once, which flags the program defines: evidence for the check that it has its task's.
void RecordFlags();

/// Connects the language level with the scheduler (doors.h). Idempotent.
void InstallDoors();

}  // namespace golab::rt
