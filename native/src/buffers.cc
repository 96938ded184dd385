#include "buffers.h"
#include <cstring>
#include <sys/mman.h>

namespace rzmq {

namespace {
constexpr uint16_t kGroup = 0;
constexpr size_t kPage = 4096;
}  // namespace

ReceiveBuffers::~ReceiveBuffers() {
  if (ring_ != nullptr) munmap(ring_, ringSize_);
}

int ReceiveBuffers::Register(Ring& ring, uint8_t* memory, unsigned count, unsigned size) {
  ringSize_ = (count * sizeof(ProvidedBuffer) + kPage - 1) / kPage * kPage;
  void* mapped = mmap(nullptr, ringSize_, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  if (mapped == MAP_FAILED) return -errno;
  ring_ = static_cast<ProvidedBuffer*>(mapped);
  BufferRingSpec spec;
  memset(&spec, 0, sizeof spec);
  spec.address = reinterpret_cast<uint64_t>(ring_);
  spec.entries = count;
  spec.group = kGroup;
  const int result = ring.Register(REGISTER_PBUF_RING, &spec, 1);
  if (result < 0) return result;
  // A child process between fork and exec must not make the kernel's view of these pages another than ours.
  madvise(ring_, ringSize_, MADV_DONTFORK);
  registered_ = true;
  memory_ = memory;
  count_ = count;
  size_ = size;
  used_.reserve(count);
  for (unsigned id = 0; id < count; id++) used_.push_back(static_cast<uint16_t>(id));
  Recycle();
  return 0;
}

void ReceiveBuffers::Unregister(Ring& ring) {
  if (!registered_) return;
  registered_ = false;
  BufferRingSpec spec;
  memset(&spec, 0, sizeof spec);
  spec.group = kGroup;
  ring.Register(UNREGISTER_PBUF_RING, &spec, 1);
}

void ReceiveBuffers::Recycle() {
  if (used_.empty() || !registered_) return;
  for (const uint16_t id : used_) {
    ProvidedBuffer& buffer = ring_[tail_++ & (count_ - 1)];
    buffer.addr = reinterpret_cast<uint64_t>(memory_ + OffsetOf(id));
    buffer.len = size_;
    buffer.id = id;
  }
  used_.clear();
  StoreRelease(&ring_[0].reserved, tail_);
}

}  // namespace rzmq
