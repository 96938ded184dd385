// One socket on the ring: a listener, an attempt to connect, or a connection.
#pragma once
#include "sockets.h"
#include <cstdint>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

namespace rzmq {

class Client;

// Bytes that are to be sent, in one or many pieces. Their memory belongs to JavaScript, which keeps it until EVENT_SENT.
struct SendItem {
  SendItem* next = nullptr;
  std::vector<iovec> pieces;
  // The first piece that is not sent whole.
  size_t at = 0;
  size_t left = 0;
  // Without a copy; then the kernel says by a notification when it has done with the memory.
  bool zeroCopy = false;
  unsigned notificationsDue = 0;

  // So much of it has been sent.
  void Advance(size_t sent) {
    left -= sent < left ? sent : left;
    while (sent > 0 && at < pieces.size()) {
      iovec& piece = pieces[at];
      if (sent < piece.iov_len) {
        piece.iov_base = static_cast<uint8_t*>(piece.iov_base) + sent;
        piece.iov_len -= sent;
        return;
      }
      sent -= piece.iov_len;
      at++;
    }
  }
};

enum class SlotKind : uint8_t { kFree, kListener, kConnecting, kStream };

// What the request of a completion was: a part of its user data.
enum class Request : uint8_t { kReceive = 1, kSend, kAccept, kConnect, kCancel };

struct Slot {
  uint32_t index = 0;
  // Tells the completions of this use of the slot from those of an earlier one.
  uint32_t generation = 0;
  SlotKind kind = SlotKind::kFree;
  int fd = -1;
  Client* client = nullptr;
  // Requests that the kernel has not answered for the last time. The slot is free when there are none.
  unsigned underWay = 0;
  bool keepsAlive = true;
  bool closing = false;
  // Among those that Driver::Advance is to be called for.
  bool queued = false;

  bool acceptWanted = false;
  bool accepting = false;
  bool connectWanted = false;
  bool connecting = false;
  Address address;

  bool receiveWanted = false;
  bool receiving = false;
  bool multishot = false;
  bool receivedBefore = false;
  // PAUSED is to be said when nothing is received any more.
  bool pausing = false;
  // The one receive that goes straight into memory of JavaScript, instead of the buffers of the ring.
  uint8_t* target = nullptr;
  uint32_t targetSize = 0;

  SendItem* first = nullptr;
  SendItem* last = nullptr;
  bool sending = false;
  bool sendFailed = false;
  bool corked = false;
  msghdr message;

  // Cancellation was asked for, of each kind of request.
  bool receiveCancelled = false;
  bool sendCancelled = false;
  bool acceptCancelled = false;
  bool connectCancelled = false;
};

}  // namespace rzmq
