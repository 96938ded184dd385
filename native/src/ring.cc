#include "ring.h"
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>

namespace rzmq {

namespace {

// The best first. COOP_TASKRUN spares the interruptions, and was the fastest with many connections; SUBMIT_ALL goes on
// after an entry that fails at once. Older kernels refuse what they do not know (EINVAL).
constexpr uint32_t kFlagSets[] = {
    SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG | SETUP_SUBMIT_ALL | SETUP_SINGLE_ISSUER,
    SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG | SETUP_SUBMIT_ALL,
    SETUP_SUBMIT_ALL,
    0,
};

constexpr unsigned kLeastEntries = 32;

int SetUp(unsigned entries, unsigned completions, SetupParams* params) {
  int fd = -EINVAL;
  for (const uint32_t flags : kFlagSets) {
    memset(params, 0, sizeof *params);
    params->flags = flags | SETUP_CQSIZE | SETUP_CLAMP;
    params->cqEntries = completions;
    fd = SysSetup(entries, params);
    if (fd != -EINVAL) return fd;
  }
  return fd;
}

}  // namespace

int Ring::Open(unsigned entries, unsigned completions) {
  SetupParams params;
  int fd = SetUp(entries, completions, &params);
  while (fd == -ENOMEM && entries > kLeastEntries) {
    entries /= 2;
    completions /= 2;
    fd = SetUp(entries, completions, &params);
  }
  if (fd < 0) return fd;
  fd_ = fd;
  // The kernel sets it by itself; it must never be passed on to a child process.
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  if ((params.features & FEAT_SINGLE_MMAP) == 0) {
    Close();
    return -ENOSYS;
  }
  const int mapped = Map(params);
  if (mapped < 0) Close();
  return mapped;
}

int Ring::Map(const SetupParams& params) {
  const size_t sqSize = params.sq.array + params.sqEntries * sizeof(uint32_t);
  const size_t cqSize = params.cq.entriesAt + params.cqEntries * sizeof(Completion);
  ringsSize_ = sqSize > cqSize ? sqSize : cqSize;
  submissionsSize_ = params.sqEntries * sizeof(Submission);
  constexpr int kProtection = PROT_READ | PROT_WRITE;
  constexpr int kFlags = MAP_SHARED | MAP_POPULATE;
  void* rings = mmap(nullptr, ringsSize_, kProtection, kFlags, fd_, OFF_SQ_RING);
  if (rings == MAP_FAILED) return -errno;
  rings_ = static_cast<uint8_t*>(rings);
  void* submissions = mmap(nullptr, submissionsSize_, kProtection, kFlags, fd_, OFF_SQES);
  if (submissions == MAP_FAILED) return -errno;
  submissions_ = static_cast<Submission*>(submissions);

  const auto at = [this](uint32_t offset) { return reinterpret_cast<uint32_t*>(rings_ + offset); };
  sqHead_ = at(params.sq.head);
  sqTail_ = at(params.sq.tail);
  sqFlags_ = at(params.sq.flags);
  sqMask_ = *at(params.sq.mask);
  cqHead_ = at(params.cq.head);
  cqTail_ = at(params.cq.tail);
  cqMask_ = *at(params.cq.mask);
  completions_ = reinterpret_cast<Completion*>(rings_ + params.cq.entriesAt);
  uint32_t* order = at(params.sq.array);
  for (uint32_t i = 0; i < params.sqEntries; i++) order[i] = i;
  entries_ = params.sqEntries;
  features_ = params.features;
  setupFlags_ = params.flags;
  return 0;
}

void Ring::Close() {
  if (fd_ < 0) return;
  if (rings_ != nullptr && submissions_ != nullptr) {
    SyncCancel cancel;
    memset(&cancel, 0, sizeof cancel);
    cancel.fd = -1;
    cancel.flags = CANCEL_ALL | CANCEL_ANY;
    cancel.timeoutSeconds = 1;
    Register(REGISTER_SYNC_CANCEL, &cancel, 1);
    // What is cancelled completes in this thread, and must not find the completion ring full.
    for (int i = 0; i < 8; i++) {
      SysEnter(fd_, 0, 0, ENTER_GETEVENTS);
      StoreRelease(cqHead_, LoadAcquire(cqTail_));
    }
  }
  Unmap();
  close(fd_);
  fd_ = -1;
}

void Ring::Forget() {
  Unmap();
  fd_ = -1;
}

void Ring::Unmap() {
  if (rings_ != nullptr) munmap(rings_, ringsSize_);
  if (submissions_ != nullptr) munmap(submissions_, submissionsSize_);
  rings_ = nullptr;
  submissions_ = nullptr;
}

Submission* Ring::Next() {
  if (tail_ - LoadAcquire(sqHead_) >= entries_) {
    if (Enter() < 0 || tail_ - LoadAcquire(sqHead_) >= entries_) return nullptr;
  }
  Submission* entry = &submissions_[tail_++ & sqMask_];
  memset(entry, 0, sizeof *entry);
  return entry;
}

int Ring::Enter() {
  if ((__atomic_load_n(sqFlags_, __ATOMIC_RELAXED) & SQ_CQ_OVERFLOW) != 0) counters_.overflows++;
  StoreRelease(sqTail_, tail_);
  counters_.enters++;
  const int result = SysEnter(fd_, tail_ - submitted_, 0, ENTER_GETEVENTS);
  const uint32_t head = LoadAcquire(sqHead_);
  counters_.submissions += head - submitted_;
  submitted_ = head;
  // EBUSY and EAGAIN: not now; EINTR: a signal. What was not handed over stays, and is tried again.
  if (result == -EBUSY || result == -EAGAIN || result == -EINTR) return 0;
  return result;
}

bool Ring::Take(Completion* completion) {
  const uint32_t head = *cqHead_;
  if (head == LoadAcquire(cqTail_)) return false;
  *completion = completions_[head & cqMask_];
  StoreRelease(cqHead_, head + 1);
  counters_.completions++;
  return true;
}

}  // namespace rzmq
