#include "probe.h"
#include "buffers.h"
#include "ring.h"
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rzmq {

namespace {

constexpr unsigned kEntries = 8;
constexpr unsigned kBuffers = 4;
constexpr unsigned kBufferSize = 64;
constexpr int kAttempts = 1000;

// Two sockets that are connected by TCP: SEND_ZC does not serve the other kinds.
class SocketPair {
 public:
  SocketPair() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener, any, size) == 0 && listen(listener, 1) == 0 && getsockname(listener, any, &size) == 0) {
      left = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (connect(left, any, size) == 0) right = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    }
    if (listener >= 0) close(listener);
  }
  ~SocketPair() {
    if (left >= 0) close(left);
    if (right >= 0) close(right);
  }
  bool made() const { return left >= 0 && right >= 0; }
  int left = -1;
  int right = -1;
};

bool Wait(Ring& ring, Completion* completion) {
  for (int i = 0; i < kAttempts; i++) {
    if (ring.Take(completion)) return true;
    if (SysEnter(ring.fd(), 0, 1, ENTER_GETEVENTS) < 0 && errno != EINTR) return false;
  }
  return false;
}

// One request receives twice, into two buffers of a ring.
int TryMultishotReceive(Ring& ring, const uint8_t* memory, const SocketPair& sockets) {
  Submission* entry = ring.Next();
  entry->opcode = OP_RECV;
  entry->fd = sockets.right;
  entry->flags = SQE_BUFFER_SELECT;
  entry->ioprio = RECV_MULTISHOT;
  if (ring.Enter() < 0) return -EIO;
  for (const char letter : {'a', 'b'}) {
    Completion completion;
    // A request that is refused is answered at once, and then nothing is to be waited for.
    if (!ring.Take(&completion)) {
      if (write(sockets.left, &letter, 1) != 1 || !Wait(ring, &completion)) return -EIO;
    }
    if (completion.result < 0) return completion.result;
    const bool right = completion.result == 1 && (completion.flags & CQE_F_MORE) != 0 &&
                       (completion.flags & CQE_F_BUFFER) != 0 &&
                       memory[(completion.flags >> CQE_BUFFER_SHIFT) * kBufferSize] == static_cast<uint8_t>(letter);
    if (!right) return -EIO;
  }
  return 0;
}

// The bytes arrive, and the kernel says when it has done with the memory.
int TrySendZeroCopy(Ring& ring, const SocketPair& sockets) {
  const char sent = 'z';
  Submission* entry = ring.Next();
  entry->opcode = OP_SEND_ZC;
  entry->fd = sockets.right;
  entry->addr = reinterpret_cast<uint64_t>(&sent);
  entry->len = 1;
  entry->opFlags = MSG_NOSIGNAL;
  entry->userData = 1;
  if (ring.Enter() < 0) return -EIO;
  bool notified = false;
  bool done = false;
  while (!notified || !done) {
    Completion completion;
    if (!Wait(ring, &completion)) return -EIO;
    if (completion.userData != 1) continue;
    if ((completion.flags & CQE_F_NOTIF) != 0) {
      notified = true;
      continue;
    }
    if (completion.result < 0) {
      // Also a failed one may be followed by its notification; closing the ring takes care of it.
      return completion.result;
    }
    done = true;
    if ((completion.flags & CQE_F_MORE) == 0) notified = true;
  }
  char received = 0;
  return read(sockets.left, &received, 1) == 1 && received == sent ? 0 : -EIO;
}

}  // namespace

ProbeFacts Probe() {
  ProbeFacts facts;
  // They outlive the ring, which the kernel writes to them for.
  uint8_t memory[kBuffers * kBufferSize] = {};
  SocketPair sockets;
  ReceiveBuffers buffers;
  Ring ring;
  facts.setup = ring.Open(kEntries, 4 * kEntries);
  if (facts.setup < 0) return facts;
  facts.features = ring.features();
  facts.setupFlags = ring.setupFlags();

  OperationProbe probe;
  memset(&probe, 0, sizeof probe);
  facts.operationsKnown = ring.Register(REGISTER_PROBE, &probe, 256);
  if (facts.operationsKnown >= 0) {
    for (int i = 0; i < probe.length; i++) {
      if ((probe.ops[i].flags & OP_SUPPORTED) != 0) facts.operations.push_back(probe.ops[i].op);
    }
  }
  facts.bufferRing = buffers.Register(ring, memory, kBuffers, kBufferSize);
  if (!sockets.made()) {
    facts.multishotReceive = -EIO;
    facts.sendZeroCopy = -EIO;
    return facts;
  }
  facts.multishotReceive = facts.bufferRing < 0 ? facts.bufferRing : TryMultishotReceive(ring, memory, sockets);
  facts.sendZeroCopy = TrySendZeroCopy(ring, sockets);
  buffers.Unregister(ring);
  return facts;
}

}  // namespace rzmq
