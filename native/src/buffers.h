// The buffers that the kernel receives into: it takes one when there are bytes, whichever connection they are of, so that
// connections that wait need none. The memory is that of an ArrayBuffer, which JavaScript reads.
#pragma once
#include "ring.h"
#include <vector>

namespace rzmq {

class ReceiveBuffers {
 public:
  ReceiveBuffers() = default;
  ReceiveBuffers(const ReceiveBuffers&) = delete;
  ReceiveBuffers& operator=(const ReceiveBuffers&) = delete;
  ~ReceiveBuffers();

  // 0, or -errno. `count` is a power of two up to 32,768; `memory` holds count * size bytes for as long as the ring is open.
  int Register(Ring& ring, uint8_t* memory, unsigned count, unsigned size);
  // Called when the ring is closed, or about to be.
  void Unregister(Ring& ring);
  bool registered() const { return registered_; }

  // Where the bytes of a buffer lie in the memory.
  uint32_t OffsetOf(uint16_t id) const { return id * size_; }
  // Notes that the bytes of a buffer have been handed on, and will have been read at the next Recycle.
  void Used(uint16_t id) { used_.push_back(id); }
  // Gives the used ones back to the kernel.
  void Recycle();

 private:
  ProvidedBuffer* ring_ = nullptr;
  size_t ringSize_ = 0;
  uint8_t* memory_ = nullptr;
  unsigned count_ = 0;
  unsigned size_ = 0;
  uint16_t tail_ = 0;
  bool registered_ = false;
  std::vector<uint16_t> used_;
};

}  // namespace rzmq
