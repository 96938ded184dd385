// What this kernel can do, found out by doing it.
#pragma once
#include <cstdint>
#include <vector>

namespace rzmq {

struct ProbeFacts {
  // 0, or -errno of io_uring_setup.
  int setup = 0;
  uint32_t features = 0;
  uint32_t setupFlags = 0;
  // -errno of IORING_REGISTER_PROBE, or 0.
  int operationsKnown = 0;
  std::vector<int> operations;
  // Each 0 when it was tried and did what it should, else -errno; -EIO when it did something else.
  int bufferRing = 0;
  int multishotReceive = 0;
  int sendZeroCopy = 0;
};

// Never throws, and leaves nothing behind.
ProbeFacts Probe();

}  // namespace rzmq
