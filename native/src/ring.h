// One io_uring: submissions go in, completions come out. Knows nothing of sockets.
#pragma once
#include "kernel.h"
#include <cstddef>

namespace rzmq {

class Ring {
 public:
  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() { Close(); }

  // 0, or -errno. With less than `entries` where memory is short (RLIMIT_MEMLOCK of old kernels).
  int Open(unsigned entries, unsigned completions);
  // Cancels what is under way, and returns when the kernel touches no memory of ours any more.
  void Close();
  // Somebody else has closed the descriptor: its number may be another's by now, and is not to be touched.
  void Forget();

  int fd() const { return fd_; }
  unsigned entries() const { return entries_; }
  unsigned features() const { return features_; }
  unsigned setupFlags() const { return setupFlags_; }

  // An empty entry to fill. nullptr: the kernel takes no more before completions are taken; try again after that.
  Submission* Next();
  // Hands over what was filled, and lets the kernel finish what it has to do in this thread. >= 0, or -errno when the ring is
  // of no use any more.
  int Enter();
  // There are entries to hand over.
  bool HasSubmissions() const { return tail_ != submitted_; }
  // There are completions to take.
  bool HasCompletions() const { return *cqHead_ != LoadAcquire(cqTail_); }
  // The kernel waits for a call of Enter.
  bool WantsEnter() const { return (__atomic_load_n(sqFlags_, __ATOMIC_RELAXED) & (SQ_TASKRUN | SQ_CQ_OVERFLOW)) != 0; }
  // Takes the next completion. False: there is none.
  bool Take(Completion* completion);
  int Register(unsigned what, void* argument, unsigned count) { return SysRegister(fd_, what, argument, count); }

  struct Counters {
    uint64_t enters = 0;
    uint64_t submissions = 0;
    uint64_t completions = 0;
    uint64_t overflows = 0;
  };
  const Counters& counters() const { return counters_; }

 private:
  int Map(const SetupParams& params);
  void Unmap();

  int fd_ = -1;
  unsigned entries_ = 0;
  unsigned features_ = 0;
  unsigned setupFlags_ = 0;
  uint8_t* rings_ = nullptr;
  size_t ringsSize_ = 0;
  Submission* submissions_ = nullptr;
  size_t submissionsSize_ = 0;
  uint32_t* sqHead_ = nullptr;
  uint32_t* sqTail_ = nullptr;
  uint32_t* sqFlags_ = nullptr;
  uint32_t sqMask_ = 0;
  uint32_t* cqHead_ = nullptr;
  uint32_t* cqTail_ = nullptr;
  uint32_t cqMask_ = 0;
  Completion* completions_ = nullptr;
  // Filled up to here; handed over up to there.
  uint32_t tail_ = 0;
  uint32_t submitted_ = 0;
  Counters counters_;
};

}  // namespace rzmq
