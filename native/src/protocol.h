// What JavaScript and the addon say to each other in shared memory. src/engines/uring/addon.ts has the same numbers.
#pragma once
#include <cstdint>

namespace rzmq {

// The shared Int32Array: first this many numbers of control, then the commands, then the events in two places which take
// turns; four numbers each.
constexpr unsigned kControlSize = 16;
constexpr unsigned kCommandsMax = 4096;
constexpr unsigned kEventsMax = 4096;
constexpr unsigned kRecordSize = 4;
constexpr unsigned kSharedSize = kControlSize + (kCommandsMax + 2 * kEventsMax) * kRecordSize;
// Control: how many commands are there.
constexpr unsigned kCommandCount = 0;

// JavaScript to the addon: kind, slot, a, b.
enum Command : int32_t {
  COMMAND_SEND = 1,      // a: offset in the memory of the client; b: size
  COMMAND_RECEIVE = 2,   // from now on, until PAUSE, the end or a failure; a: 1 with one request for many receives
  COMMAND_PAUSE = 3,
  COMMAND_SHUTDOWN = 4,  // says to the peer that nothing more comes
  COMMAND_CLOSE = 5,     // the last command of a slot
  COMMAND_ACCEPT = 6,    // again, after ACCEPT_FAILED
  COMMAND_CORK = 7,      // a: 1: packets that are not full wait for what follows in the queue
};

// The addon to JavaScript: kind, slot, a, b.
enum Event : int32_t {
  EVENT_DATA = 1,           // a: size; b: offset in the receive buffers. They are free again after the callback.
  EVENT_READ = 2,           // a: size, in the memory that receiveInto was given
  EVENT_END = 3,            // the peer has said that nothing more comes
  EVENT_FAILED = 4,         // a: errno; b: 1 of a send, 0 of a receive
  EVENT_SENT = 5,           // one SEND or one `send` is done, and its memory is free
  EVENT_ACCEPTED = 6,       // a: the new slot
  EVENT_ACCEPT_FAILED = 7,  // a: errno
  EVENT_CONNECTED = 8,      // a: errno, or 0
  EVENT_CLOSED = 9,         // the last event of a slot: it may be another's from now on
  EVENT_LOST = 10,          // a: errno. The ring is gone, with every slot.
  EVENT_PAUSED = 11,        // after PAUSE nothing more is received; comes once for each, unless END or FAILED does
};

}  // namespace rzmq
