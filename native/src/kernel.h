// What is used of the kernel's interface of io_uring, with the names and numbers of <linux/io_uring.h>. It is stable, and
// having it here means that the headers of the machine that builds do not matter.
#pragma once
#include <cerrno>
#include <cstdint>
#include <sys/syscall.h>
#include <unistd.h>

namespace rzmq {

constexpr long SYS_SETUP = 425;
constexpr long SYS_ENTER = 426;
constexpr long SYS_REGISTER = 427;

enum Opcode : uint8_t {
  OP_SENDMSG = 9,
  OP_ACCEPT = 13,
  OP_ASYNC_CANCEL = 14,
  OP_CONNECT = 16,
  OP_SEND = 26,
  OP_RECV = 27,
  OP_SEND_ZC = 47,
  OP_SENDMSG_ZC = 48,
};

// io_uring_setup
constexpr uint32_t SETUP_CQSIZE = 1u << 3;
constexpr uint32_t SETUP_CLAMP = 1u << 4;
constexpr uint32_t SETUP_SUBMIT_ALL = 1u << 7;
constexpr uint32_t SETUP_COOP_TASKRUN = 1u << 8;
constexpr uint32_t SETUP_TASKRUN_FLAG = 1u << 9;
constexpr uint32_t SETUP_SINGLE_ISSUER = 1u << 12;

// io_uring_enter
constexpr uint32_t ENTER_GETEVENTS = 1u << 0;

// Flags of the submission ring
constexpr uint32_t SQ_CQ_OVERFLOW = 1u << 1;
constexpr uint32_t SQ_TASKRUN = 1u << 2;

// Flags of one entry
constexpr uint8_t SQE_BUFFER_SELECT = 1u << 5;
constexpr uint16_t RECVSEND_POLL_FIRST = 1u << 0;
constexpr uint16_t RECV_MULTISHOT = 1u << 1;
constexpr uint16_t ACCEPT_MULTISHOT = 1u << 0;

// Flags of one completion
constexpr uint32_t CQE_F_BUFFER = 1u << 0;
constexpr uint32_t CQE_F_MORE = 1u << 1;
constexpr uint32_t CQE_F_NOTIF = 1u << 3;
constexpr unsigned CQE_BUFFER_SHIFT = 16;

// What is mapped of a ring
constexpr uint64_t OFF_SQ_RING = 0;
constexpr uint64_t OFF_CQ_RING = 0x8000000;
constexpr uint64_t OFF_SQES = 0x10000000;
constexpr uint32_t FEAT_SINGLE_MMAP = 1u << 0;

// io_uring_register
constexpr unsigned REGISTER_PROBE = 8;
constexpr unsigned REGISTER_PBUF_RING = 22;
constexpr unsigned UNREGISTER_PBUF_RING = 23;
constexpr unsigned REGISTER_SYNC_CANCEL = 24;
constexpr uint32_t CANCEL_ALL = 1u << 0;
constexpr uint32_t CANCEL_ANY = 1u << 2;
constexpr uint16_t OP_SUPPORTED = 1u << 0;

struct Submission {
  uint8_t opcode;
  uint8_t flags;
  uint16_t ioprio;
  int32_t fd;
  uint64_t off;
  uint64_t addr;
  uint32_t len;
  uint32_t opFlags;
  uint64_t userData;
  uint16_t bufferGroup;
  uint16_t personality;
  int32_t fileIndex;
  uint64_t addr3;
  uint64_t pad;
};
static_assert(sizeof(Submission) == 64);

struct Completion {
  uint64_t userData;
  int32_t result;
  uint32_t flags;
};
static_assert(sizeof(Completion) == 16);

struct SetupParams {
  uint32_t sqEntries, cqEntries, flags, threadCpu, threadIdle, features, wqFd, reserved[3];
  struct { uint32_t head, tail, mask, entries, flags, dropped, array, reserved; uint64_t address; } sq;
  struct { uint32_t head, tail, mask, entries, overflow, entriesAt, flags, reserved; uint64_t address; } cq;
};
static_assert(sizeof(SetupParams) == 120);

// An entry of a ring of provided buffers. The tail of the ring lies in `reserved` of the first.
struct ProvidedBuffer {
  uint64_t addr;
  uint32_t len;
  uint16_t id;
  uint16_t reserved;
};
static_assert(sizeof(ProvidedBuffer) == 16);

struct BufferRingSpec {
  uint64_t address;
  uint32_t entries;
  uint16_t group;
  uint16_t flags;
  uint64_t reserved[3];
};
static_assert(sizeof(BufferRingSpec) == 40);

struct OperationProbe {
  uint8_t last;
  uint8_t length;
  uint16_t reserved;
  uint32_t reserved2[3];
  struct { uint8_t op, reserved; uint16_t flags; uint32_t reserved2; } ops[256];
};

struct SyncCancel {
  uint64_t addr;
  int32_t fd;
  uint32_t flags;
  int64_t timeoutSeconds;
  int64_t timeoutNanoseconds;
  uint8_t opcode;
  uint8_t pad[7];
  uint64_t pad2[3];
};
static_assert(sizeof(SyncCancel) == 64);

inline int SysSetup(unsigned entries, SetupParams* params) {
  const long result = syscall(SYS_SETUP, entries, params);
  return result < 0 ? -errno : static_cast<int>(result);
}

inline int SysEnter(int fd, unsigned submit, unsigned wait, unsigned flags) {
  const long result = syscall(SYS_ENTER, fd, submit, wait, flags, nullptr, 0);
  return result < 0 ? -errno : static_cast<int>(result);
}

inline int SysRegister(int fd, unsigned what, void* argument, unsigned count) {
  const long result = syscall(SYS_REGISTER, fd, what, argument, count);
  return result < 0 ? -errno : static_cast<int>(result);
}

template <typename T>
T LoadAcquire(const T* at) { return __atomic_load_n(at, __ATOMIC_ACQUIRE); }
template <typename T>
void StoreRelease(T* at, T value) { __atomic_store_n(at, value, __ATOMIC_RELEASE); }

}  // namespace rzmq
