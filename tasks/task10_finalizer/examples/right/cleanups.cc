// Cleanups, whose argument says all that there is to say; they meet main on a channel.
#include <golab/golab.h>

using namespace golab;

struct File {
  int fd;
  gc::Ptr<File> reopened_as;
};

struct Note {
  int fd;
  Chan<int> closed;
};

static void OnGone(Note note) {
  fmt::Println("closing T#", note.fd, "late (goroutines now:", runtime::NumGoroutine(), ")");
  fmt::Printf("T#%d: goroutines now: %d\n", note.fd, runtime::NumGoroutine());
  note.closed.Send(note.fd);
}

static gc::Ptr<File> Open(int fd, Chan<int> closed) {
  auto file = gc::New<File>(fd);
  runtime::AddCleanup(file, &OnGone, Note{fd, closed});
  return file;
}

GOLAB_MAIN() {
  const auto closed = MakeChan<int>();
  auto first = Open(0, closed);
  first->reopened_as = Open(1, closed);
  first->reopened_as->reopened_as = first;
  first = nullptr;
  runtime::GC();
  closed.Recv();
  closed.Recv();
}
