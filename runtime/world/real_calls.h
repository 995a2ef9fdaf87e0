#pragma once
// The C library's functions that golab stands in front of (interpose.cc), as they were.

#include <pthread.h>
#include <sys/types.h>
#include <time.h>

namespace golab::rt::real {

int ClockGettime(clockid_t clock, timespec* out) noexcept;
int ClockNanosleep(clockid_t clock, int flags, const timespec* request,
                   timespec* remaining) noexcept;
int MutexLock(pthread_mutex_t* m) noexcept;
int MutexTrylock(pthread_mutex_t* m) noexcept;
int MutexUnlock(pthread_mutex_t* m) noexcept;
int ThreadCreate(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                 void* arg) noexcept;
[[noreturn]] void ExitProcess(int status) noexcept;  ///< the system call: no handlers, no flush

}  // namespace golab::rt::real
