#pragma once
// Everything a program needs: Go's language level and packages. Light on purpose: it includes
// nothing of the C++ library that costs time to compile.

#include "golab/any.h"
#include "golab/chan.h"
#include "golab/context.h"
#include "golab/debug.h"
#include "golab/defer.h"
#include "golab/duration.h"
#include "golab/errors.h"
#include "golab/flag.h"
#include "golab/fmt.h"
#include "golab/func.h"
#include "golab/go.h"
#include "golab/log.h"
#include "golab/main.h"
#include "golab/os.h"
#include "golab/runtime.h"
#include "golab/select.h"
#include "golab/string.h"
#include "golab/sync.h"
#include "golab/testing.h"
#include "golab/time.h"
