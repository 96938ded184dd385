// The ring of one Node environment (the main thread, or a worker), in the event loop of that environment.
//
//   JavaScript ── commands ──▶ RunCommands ──▶ Advance ──▶ Ring ──▶ kernel
//   JavaScript ◀── events ──── Deliver ◀────── Complete ◀── Ring ◀── kernel
//
// It is made with the first client and ends with the last one, or with the environment.
#pragma once
#include "buffers.h"
#include "client.h"
#include "loop.h"
#include "ring.h"
#include "slot.h"
#include <deque>
#include <memory>
#include <vector>

namespace rzmq {

struct DriverConfig {
  uint32_t entries = 1024;
  uint32_t bufferCount = 512;
  uint32_t bufferSize = 8192;
  // Nanoseconds.
  uint64_t spin = 0;
};

class Driver {
 public:
  Driver(napi_env env, const DriverConfig& config);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // 0, or -errno: then it has nothing that must be closed, and is to be deleted.
  int Open();
  // Ends every slot and the ring, now; deletes itself when the event loop has let it go. `ending`: so does the environment.
  void Close(bool ending);
  // Called when it is deleted.
  void (*onDeleted)(void*) = nullptr;
  void* onDeletedArgument = nullptr;

  bool usable() const { return !closed_ && lost_ == 0; }
  const DriverConfig& config() const { return config_; }
  bool hasReceiveBuffers() const { return buffers_.registered(); }
  napi_value receiveMemory() const;
  const Ring& ring() const { return ring_; }

  void Add(Client* client);
  // The client is no longer used by anybody. Closes the ring with the last.
  void Remove(Client* client);

  // A new slot for a socket; takes the descriptor over.
  Slot* Listen(Client* client, int fd);
  Slot* Connect(Client* client, int fd, const Address& target);
  // The slot of that number, if it is that client's.
  Slot* Find(Client* client, uint32_t index);
  void Send(Slot* slot, SendItem* item);
  // Sends as much as the kernel takes without waiting, now: a large send gains nothing from company. True: that was all.
  bool SendNow(Slot* slot, SendItem* item);
  void ReceiveInto(Slot* slot, uint8_t* target, uint32_t size);
  void KeepAlive(Slot* slot, bool keeps);
  // Takes the commands of all clients, and hands to the kernel what comes of them.
  void Flush();
  // Takes the commands of all clients, without handing over.
  void RunCommands();

  struct Counters {
    uint64_t noBuffers = 0;
    uint64_t spins = 0;
    uint64_t spinHits = 0;
    uint64_t notifications = 0;
    uint64_t noRoom = 0;
  };
  const Counters& counters() const { return counters_; }
  unsigned liveSlots() const { return liveSlots_; }
  unsigned underWay() const;

 private:
  ~Driver();
  int OpenHandles();
  // One round after the other: commands, kernel, completions, JavaScript.
  void Pump();
  void Run(Client* client, const int32_t* command);
  bool HasEvents() const;
  void Deliver();
  void Complete(const Completion& completion);
  void OnReceive(Slot* slot, const Completion& completion);
  void OnSend(Slot* slot, const Completion& completion);
  void OnSent(Slot* slot);
  void OnAccept(Slot* slot, const Completion& completion);
  void OnConnect(Slot* slot, const Completion& completion);
  // Asks the kernel for all that the slot wants and has not asked for. False: the ring is full; try again later.
  bool Advance(Slot* slot);
  bool AdvanceClosing(Slot* slot);
  bool StartReceive(Slot* slot);
  bool StartSend(Slot* slot);
  bool StartAccept(Slot* slot);
  bool StartConnect(Slot* slot);
  bool Cancel(Slot* slot, Request request, bool* asked);
  Submission* Prepare(Slot* slot, uint8_t opcode, Request request);
  void Queue(Slot* slot);
  void AdvanceQueued();
  Slot* NewSlot(Client* client, int fd, SlotKind kind);
  void Release(Slot* slot);
  // Says that they are closed, after the poll phase that follows: as with the handles of libuv, a peer in this process then
  // has heard of the end before whoever closed hears that it is done.
  void TellReleased();
  void DropSends(Slot* slot);
  // One slot more, or less, keeps the event loop alive.
  void Hold(bool more);
  // The ring fails: every slot is lost.
  void Lose(int error);
  void Enter();
  // Waits a little for the next completion before the loop goes to sleep, where that has been worth it.
  void Spin();
  bool Crowded() const;
  void Again();

  static void OnPoll(uv_handle_s* handle, int status, int events);
  static void OnPrepare(uv_handle_s* handle);
  static void OnCheck(uv_handle_s* handle);
  static void OnIdle(uv_handle_s*) {}
  static void OnHandleClosed(uv_handle_s* handle);

  napi_env env_;
  DriverConfig config_;
  uv_loop_s* loop_ = nullptr;
  uv_handle_s* poll_ = nullptr;
  uv_handle_s* prepare_ = nullptr;
  uv_handle_s* check_ = nullptr;
  uv_handle_s* idle_ = nullptr;
  unsigned handles_ = 0;
  bool idling_ = false;
  napi_ref receiveMemory_ = nullptr;
  Ring ring_;
  ReceiveBuffers buffers_;
  std::vector<Client*> clients_;
  // Their addresses must not change: the kernel has them.
  std::deque<Slot> slots_;
  std::vector<uint32_t> free_;
  // Closed, but JavaScript has not been told; told, but the call has not been made.
  std::vector<uint32_t> released_;
  std::vector<uint32_t> told_;
  std::vector<uint32_t> queue_;
  std::vector<uint32_t> advancing_;
  unsigned liveSlots_ = 0;
  unsigned holding_ = 0;
  bool pumping_ = false;
  // Bytes that were taken from the ring in this turn of the event loop.
  size_t receivedNow_ = 0;
  // Completions in the running Pump, or the last one.
  unsigned completedNow_ = 0;
  bool closed_ = false;
  bool ending_ = false;
  int lost_ = 0;
  bool multishotAccept_ = true;
  int spinScore_ = 0;
  uint64_t sleptAt_ = 0;
  Counters counters_;
};

}  // namespace rzmq
