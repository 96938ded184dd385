#include "driver.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sched.h>
#include <unistd.h>

namespace rzmq {

namespace {

// How often one turn of the event loop goes from JavaScript to the kernel and back before timers and other handles have
// their turn.
constexpr int kRounds = 4;
// With so much received in one turn, they have it: what has arrived beyond it waits in the ring, and its buffers with it.
constexpr size_t kReceiveBudget = 1u << 18;
// What one request sends at most; the rest follows with the next one.
constexpr size_t kSendMax = 1u << 30;
constexpr size_t kPiecesMax = 1024;
// Completions in a row that came soon enough, or did not, switch the spinning on or off.
constexpr int kSpinOn = 4;
constexpr int kSpinLimit = 16;
// With more sockets, or with more in one turn, there is a crowd: whoever is waited for is not the only one, and the time is better
// left to the others.
constexpr unsigned kSpinSlots = 16;
constexpr unsigned kSpinCompletions = 8;
constexpr size_t kSpinBytes = 16384;

uint64_t Now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000u + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

Driver::Driver(napi_env env, const DriverConfig& config) : env_(env), config_(config) {}

Driver::~Driver() {
  free(poll_);
  free(prepare_);
  free(check_);
  free(idle_);
  for (Client* client : clients_) client->Orphan();
  if (onDeleted != nullptr) onDeleted(onDeletedArgument);
}

int Driver::Open() {
  napi_value memory;
  void* bytes = nullptr;
  const size_t size = static_cast<size_t>(config_.bufferCount) * config_.bufferSize;
  int result = ring_.Open(config_.entries, config_.entries * 4);
  if (result == 0 && napi_create_arraybuffer(env_, size, &bytes, &memory) != napi_ok) result = -ENOMEM;
  if (result == 0) {
    napi_create_reference(env_, memory, 1, &receiveMemory_);
    // Without them, which needs a kernel of 5.19 and locked memory, each connection receives into memory of its own.
    if (buffers_.Register(ring_, static_cast<uint8_t*>(bytes), config_.bufferCount, config_.bufferSize) < 0) {
      buffers_.Unregister(ring_);
    }
    result = OpenHandles();
  }
  if (result == 0) return 0;
  ring_.Close();
  if (receiveMemory_ != nullptr) napi_delete_reference(env_, receiveMemory_);
  closed_ = true;
  delete this;
  return result;
}

int Driver::OpenHandles() {
  if (napi_get_uv_event_loop(env_, &loop_) != napi_ok) return -ENOTSUP;
  const auto make = [this](int type) {
    auto* handle = static_cast<uv_handle_s*>(calloc(1, uv_handle_size(type)));
    uv_handle_set_data(handle, this);
    return handle;
  };
  poll_ = make(UV_POLL_TYPE);
  prepare_ = make(UV_PREPARE_TYPE);
  check_ = make(UV_CHECK_TYPE);
  idle_ = make(UV_IDLE_TYPE);
  const int result = uv_poll_init(loop_, poll_, ring_.fd());
  if (result < 0) return result;
  uv_prepare_init(loop_, prepare_);
  uv_check_init(loop_, check_);
  uv_idle_init(loop_, idle_);
  for (uv_handle_s* handle : {poll_, prepare_, check_, idle_}) {
    uv_handle_set_data(handle, this);
    uv_unref(handle);
    handles_++;
  }
  uv_poll_start(poll_, UV_READABLE_EVENT, OnPoll);
  uv_prepare_start(prepare_, OnPrepare);
  uv_check_start(check_, OnCheck);
  return 0;
}

void Driver::Close(bool ending) {
  if (closed_) return;
  closed_ = true;
  ending_ = ending;
  // First the kernel, so that it touches nothing that goes afterwards.
  buffers_.Unregister(ring_);
  ring_.Close();
  for (Slot& slot : slots_) {
    if (slot.kind == SlotKind::kFree) continue;
    if (slot.fd >= 0) close(slot.fd);
    slot.kind = SlotKind::kFree;
    DropSends(&slot);
  }
  for (uv_handle_s* handle : {poll_, prepare_, check_, idle_}) uv_close(handle, OnHandleClosed);
}

void Driver::OnHandleClosed(uv_handle_s* handle) {
  auto* driver = static_cast<Driver*>(uv_handle_get_data(handle));
  if (--driver->handles_ > 0) return;
  if (!driver->ending_ && driver->receiveMemory_ != nullptr) napi_delete_reference(driver->env_, driver->receiveMemory_);
  delete driver;
}

napi_value Driver::receiveMemory() const {
  napi_value memory;
  napi_get_reference_value(env_, receiveMemory_, &memory);
  return memory;
}

void Driver::Add(Client* client) { clients_.push_back(client); }

void Driver::Remove(Client* client) {
  client->gone = true;
  client->Release();
  std::erase(clients_, client);
  delete client;
  if (clients_.empty()) Close(false);
}

// --- Slots -------------------------------------------------------------------------------------------------------

Slot* Driver::NewSlot(Client* client, int fd, SlotKind kind) {
  uint32_t index;
  if (free_.empty()) {
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  const uint32_t generation = slot.generation;
  slot = Slot();
  slot.index = index;
  slot.generation = generation;
  slot.kind = kind;
  slot.fd = fd;
  slot.client = client;
  liveSlots_++;
  client->SlotAdded();
  Hold(true);
  return &slot;
}

Slot* Driver::Find(Client* client, uint32_t index) {
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.kind == SlotKind::kFree || slot.client != client || slot.closing ? nullptr : &slot;
}

void Driver::Release(Slot* slot) {
  if (slot->fd >= 0) close(slot->fd);
  slot->fd = -1;
  slot->kind = SlotKind::kFree;
  slot->generation = (slot->generation + 1) & 0xffffff;
  DropSends(slot);
  released_.push_back(slot->index);
  liveSlots_--;
  Again();
}

void Driver::TellReleased() {
  for (const uint32_t index : released_) {
    Client* client = slots_[index].client;
    client->Emit(EVENT_CLOSED, index);
    client->SlotRemoved();
  }
  told_.insert(told_.end(), released_.begin(), released_.end());
  released_.clear();
}

void Driver::DropSends(Slot* slot) {
  for (SendItem* item = slot->first; item != nullptr;) {
    SendItem* next = item->next;
    delete item;
    item = next;
  }
  slot->first = nullptr;
  slot->last = nullptr;
}

void Driver::Hold(bool more) {
  if (more && holding_++ == 0) uv_ref(poll_);
  if (!more && --holding_ == 0) uv_unref(poll_);
}

void Driver::KeepAlive(Slot* slot, bool keeps) {
  if (slot->keepsAlive == keeps) return;
  slot->keepsAlive = keeps;
  Hold(keeps);
}

unsigned Driver::underWay() const {
  unsigned sum = 0;
  for (const Slot& slot : slots_) sum += slot.kind == SlotKind::kFree ? 0 : slot.underWay;
  return sum;
}

Slot* Driver::Listen(Client* client, int fd) {
  Slot* slot = NewSlot(client, fd, SlotKind::kListener);
  slot->acceptWanted = true;
  Queue(slot);
  return slot;
}

Slot* Driver::Connect(Client* client, int fd, const Address& target) {
  Slot* slot = NewSlot(client, fd, SlotKind::kConnecting);
  slot->address = target;
  slot->connectWanted = true;
  Queue(slot);
  return slot;
}

void Driver::Send(Slot* slot, SendItem* item) {
  if (slot->last == nullptr) slot->first = item;
  else slot->last->next = item;
  slot->last = item;
  Queue(slot);
}

bool Driver::SendNow(Slot* slot, SendItem* item) {
  if (slot->first != nullptr || item->zeroCopy) return false;
  msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = item->pieces.data();
  message.msg_iovlen = item->pieces.size() < kPiecesMax ? item->pieces.size() : kPiecesMax;
  const ssize_t sent = sendmsg(slot->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  // What went wrong is said by the request of the ring that follows.
  if (sent > 0) item->Advance(static_cast<size_t>(sent));
  return item->left == 0;
}

void Driver::ReceiveInto(Slot* slot, uint8_t* target, uint32_t size) {
  slot->target = target;
  slot->targetSize = size;
  slot->receiveWanted = true;
  Queue(slot);
}

// --- From JavaScript to the kernel ----------------------------------------------------------------------------------

void Driver::RunCommands() {
  for (size_t i = 0; i < clients_.size(); i++) {
    Client* client = clients_[i];
    const unsigned count = client->TakeCommands();
    for (unsigned k = 0; k < count; k++) Run(client, client->command(k));
  }
  AdvanceQueued();
}

void Driver::Run(Client* client, const int32_t* command) {
  Slot* slot = Find(client, static_cast<uint32_t>(command[1]));
  if (slot == nullptr) return;
  switch (command[0]) {
    case COMMAND_SEND: {
      const auto offset = static_cast<uint32_t>(command[2]);
      const auto size = static_cast<uint32_t>(command[3]);
      if (static_cast<size_t>(offset) + size > client->sendSize()) return;
      auto* item = new SendItem();
      item->pieces.push_back({client->sendBytes() + offset, size});
      item->left = size;
      Send(slot, item);
      return;
    }
    case COMMAND_RECEIVE:
      slot->receiveWanted = true;
      slot->multishot = command[2] == 1;
      slot->target = nullptr;
      break;
    case COMMAND_PAUSE:
      slot->receiveWanted = false;
      slot->pausing = true;
      break;
    case COMMAND_SHUTDOWN:
      shutdown(slot->fd, SHUT_WR);
      return;
    case COMMAND_CLOSE:
      slot->closing = true;
      // The address is free now, and not when the kernel has answered.
      if (slot->kind == SlotKind::kListener) shutdown(slot->fd, SHUT_RDWR);
      break;
    case COMMAND_ACCEPT:
      slot->acceptWanted = true;
      break;
    case COMMAND_CORK:
      slot->corked = command[2] == 1;
      return;
    default:
      return;
  }
  Queue(slot);
}

void Driver::Queue(Slot* slot) {
  if (slot->queued) return;
  slot->queued = true;
  queue_.push_back(slot->index);
}

void Driver::AdvanceQueued() {
  advancing_.swap(queue_);
  bool room = true;
  for (const uint32_t index : advancing_) {
    Slot* slot = &slots_[index];
    slot->queued = false;
    if (slot->kind == SlotKind::kFree) continue;
    if (room) room = Advance(slot);
    // The order among the slots does not matter.
    if (!room) Queue(slot);
  }
  if (!room) counters_.noRoom++;
  advancing_.clear();
}

bool Driver::Advance(Slot* slot) {
  if (slot->closing) return AdvanceClosing(slot);
  if (slot->acceptWanted && !slot->accepting && !StartAccept(slot)) return false;
  if (slot->connectWanted && !slot->connecting && !StartConnect(slot)) return false;
  if (slot->receiveWanted && !slot->receiving && !StartReceive(slot)) return false;
  // A receive into memory of JavaScript is left to end by itself: nothing more follows it.
  if (!slot->receiveWanted && slot->receiving && slot->target == nullptr &&
      !Cancel(slot, Request::kReceive, &slot->receiveCancelled))
    return false;
  if (slot->pausing && !slot->receiving) {
    slot->pausing = false;
    slot->client->Emit(EVENT_PAUSED, slot->index);
  }
  // One that is sent whole may still wait for its notifications.
  const bool unsent = slot->first != nullptr && slot->first->left > 0;
  return !unsent || slot->sending || slot->sendFailed || StartSend(slot);
}

bool Driver::AdvanceClosing(Slot* slot) {
  // What was written is sent as far as the kernel takes it without waiting: the cancellation comes right behind.
  const bool unsent = slot->first != nullptr && slot->first->left > 0 && !slot->sendFailed;
  if (unsent && !slot->sending && !StartSend(slot)) return false;
  if (slot->receiving && !Cancel(slot, Request::kReceive, &slot->receiveCancelled)) return false;
  if (slot->sending && !Cancel(slot, Request::kSend, &slot->sendCancelled)) return false;
  if (slot->accepting && !Cancel(slot, Request::kAccept, &slot->acceptCancelled)) return false;
  if (slot->connecting && !Cancel(slot, Request::kConnect, &slot->connectCancelled)) return false;
  if (!slot->sending && slot->fd >= 0 && slot->first != nullptr && slot->first->notificationsDue > 0) {
    // The kernel holds memory of JavaScript until the peer has acknowledged it, which may be never: a reset lets it go.
    // First it takes what has this descriptor in it: the number may be a stranger's afterwards.
    if (ring_.HasSubmissions()) ring_.Enter();
    const linger abort = {1, 0};
    setsockopt(slot->fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close(slot->fd);
    slot->fd = -1;
  }
  if (slot->underWay == 0) Release(slot);
  return true;
}

Submission* Driver::Prepare(Slot* slot, uint8_t opcode, Request request) {
  Submission* entry = ring_.Next();
  if (entry == nullptr) return nullptr;
  entry->opcode = opcode;
  entry->fd = slot->fd;
  entry->userData = static_cast<uint64_t>(request) << 56 | static_cast<uint64_t>(slot->generation) << 32 | slot->index;
  slot->underWay++;
  return entry;
}

bool Driver::Cancel(Slot* slot, Request request, bool* asked) {
  if (*asked) return true;
  Submission* entry = Prepare(slot, OP_ASYNC_CANCEL, Request::kCancel);
  if (entry == nullptr) return false;
  entry->fd = -1;
  entry->addr = static_cast<uint64_t>(request) << 56 | static_cast<uint64_t>(slot->generation) << 32 | slot->index;
  *asked = true;
  return true;
}

bool Driver::StartReceive(Slot* slot) {
  if (slot->target == nullptr && !buffers_.registered()) return true;
  Submission* entry = Prepare(slot, OP_RECV, Request::kReceive);
  if (entry == nullptr) return false;
  if (slot->target != nullptr) {
    entry->addr = reinterpret_cast<uint64_t>(slot->target);
    entry->len = slot->targetSize;
  } else {
    entry->flags = SQE_BUFFER_SELECT;
    if (slot->multishot) entry->ioprio = RECV_MULTISHOT | (slot->receivedBefore ? 0 : RECVSEND_POLL_FIRST);
  }
  slot->receiving = true;
  slot->receiveCancelled = false;
  slot->receivedBefore = true;
  return true;
}

bool Driver::StartSend(Slot* slot) {
  SendItem* item = slot->first;
  const size_t pieces = item->pieces.size() - item->at;
  const bool one = pieces == 1;
  const uint8_t opcode = item->zeroCopy ? (one ? OP_SEND_ZC : OP_SENDMSG_ZC) : (one ? OP_SEND : OP_SENDMSG);
  Submission* entry = Prepare(slot, opcode, Request::kSend);
  if (entry == nullptr) return false;
  iovec* first = &item->pieces[item->at];
  // The kernel goes on by itself until all is sent.
  entry->opFlags = MSG_NOSIGNAL | MSG_WAITALL;
  if (slot->corked && item->next != nullptr) entry->opFlags |= MSG_MORE;
  if (one) {
    entry->addr = reinterpret_cast<uint64_t>(first->iov_base);
    entry->len = static_cast<uint32_t>(first->iov_len < kSendMax ? first->iov_len : kSendMax);
  } else {
    memset(&slot->message, 0, sizeof slot->message);
    slot->message.msg_iov = first;
    slot->message.msg_iovlen = pieces < kPiecesMax ? pieces : kPiecesMax;
    entry->addr = reinterpret_cast<uint64_t>(&slot->message);
    entry->len = 1;
  }
  slot->sending = true;
  slot->sendCancelled = false;
  return true;
}

bool Driver::StartAccept(Slot* slot) {
  Submission* entry = Prepare(slot, OP_ACCEPT, Request::kAccept);
  if (entry == nullptr) return false;
  entry->opFlags = SOCK_CLOEXEC;
  if (multishotAccept_) entry->ioprio = ACCEPT_MULTISHOT;
  slot->accepting = true;
  slot->acceptCancelled = false;
  return true;
}

bool Driver::StartConnect(Slot* slot) {
  Submission* entry = Prepare(slot, OP_CONNECT, Request::kConnect);
  if (entry == nullptr) return false;
  entry->addr = reinterpret_cast<uint64_t>(&slot->address.storage);
  entry->off = slot->address.size;
  slot->connectWanted = false;
  slot->connecting = true;
  slot->connectCancelled = false;
  return true;
}

// --- From the kernel to JavaScript -----------------------------------------------------------------------------------

void Driver::Complete(const Completion& completion) {
  const auto index = static_cast<uint32_t>(completion.userData);
  const auto generation = static_cast<uint32_t>(completion.userData >> 32) & 0xffffff;
  if (index >= slots_.size()) return;
  Slot* slot = &slots_[index];
  if (slot->kind == SlotKind::kFree || slot->generation != generation) return;
  switch (static_cast<Request>(completion.userData >> 56)) {
    case Request::kReceive:
      OnReceive(slot, completion);
      break;
    case Request::kSend:
      OnSend(slot, completion);
      break;
    case Request::kAccept:
      OnAccept(slot, completion);
      break;
    case Request::kConnect:
      OnConnect(slot, completion);
      break;
    case Request::kCancel:
      slot->underWay--;
      break;
  }
  if (slot->closing) Queue(slot);
}

void Driver::OnReceive(Slot* slot, const Completion& completion) {
  const int result = completion.result;
  if ((completion.flags & CQE_F_BUFFER) != 0) {
    const auto id = static_cast<uint16_t>(completion.flags >> CQE_BUFFER_SHIFT);
    if (result > 0 && !slot->closing) {
      receivedNow_ += static_cast<size_t>(result);
      slot->client->Emit(EVENT_DATA, slot->index, result, static_cast<int32_t>(buffers_.OffsetOf(id)));
    }
    buffers_.Used(id);
  }
  if ((completion.flags & CQE_F_MORE) != 0) return;
  slot->underWay--;
  slot->receiving = false;
  if (slot->closing) return;
  const bool direct = slot->target != nullptr;
  if (result > 0 && direct) {
    slot->target = nullptr;
    slot->receiveWanted = false;
    receivedNow_ += static_cast<size_t>(result);
    slot->client->Emit(EVENT_READ, slot->index, result);
    return;
  }
  if (result == -ENOBUFS) counters_.noBuffers++;
  if (result > 0 || result == -ENOBUFS || result == -ECANCELED || result == -EINTR || result == -EAGAIN) {
    if (slot->receiveWanted || slot->pausing) Queue(slot);
    return;
  }
  slot->receiveWanted = false;
  slot->pausing = false;
  slot->target = nullptr;
  if (result == 0) slot->client->Emit(EVENT_END, slot->index);
  else slot->client->Emit(EVENT_FAILED, slot->index, -result);
}

void Driver::OnSend(Slot* slot, const Completion& completion) {
  SendItem* item = slot->first;
  const bool more = (completion.flags & CQE_F_MORE) != 0;
  if (!more) slot->underWay--;
  if ((completion.flags & CQE_F_NOTIF) != 0) {
    counters_.notifications++;
    item->notificationsDue--;
    if (item->left == 0 && item->notificationsDue == 0) OnSent(slot);
    return;
  }
  slot->sending = false;
  if (more) item->notificationsDue++;
  const int result = completion.result;
  if (slot->closing && (result < 0 || static_cast<size_t>(result) < item->left)) {
    slot->sendFailed = true;
    return;
  }
  if (result < 0) {
    const bool refused = result == -ENOBUFS || result == -ENOMEM || result == -EOPNOTSUPP || result == -EINVAL;
    if (item->zeroCopy && refused) {
      // No memory may be locked, or this kind of socket cannot: with a copy, then.
      item->zeroCopy = false;
      Queue(slot);
    } else if (result == -EINTR || result == -EAGAIN) {
      Queue(slot);
    } else {
      slot->sendFailed = true;
      slot->client->Emit(EVENT_FAILED, slot->index, -result, 1);
    }
    return;
  }
  item->Advance(static_cast<size_t>(result));
  if (item->left > 0) Queue(slot);
  else if (item->notificationsDue == 0) OnSent(slot);
}

void Driver::OnSent(Slot* slot) {
  SendItem* item = slot->first;
  slot->first = item->next;
  if (slot->first == nullptr) slot->last = nullptr;
  delete item;
  if (!slot->closing) slot->client->Emit(EVENT_SENT, slot->index);
  if (slot->first != nullptr) Queue(slot);
}

void Driver::OnAccept(Slot* slot, const Completion& completion) {
  const int result = completion.result;
  if (result >= 0) {
    if (slot->closing) {
      close(result);
    } else {
      Slot* accepted = NewSlot(slot->client, result, SlotKind::kStream);
      slot->client->Emit(EVENT_ACCEPTED, slot->index, static_cast<int32_t>(accepted->index));
    }
  }
  if ((completion.flags & CQE_F_MORE) != 0) return;
  slot->underWay--;
  slot->accepting = false;
  if (slot->closing) return;
  if (result == -EINVAL && multishotAccept_) {
    multishotAccept_ = false;  // A kernel before 5.19.
  } else if (result < 0 && result != -ECANCELED && result != -EINTR && result != -EAGAIN) {
    slot->acceptWanted = false;
    slot->client->Emit(EVENT_ACCEPT_FAILED, slot->index, -result);
  }
  Queue(slot);
}

void Driver::OnConnect(Slot* slot, const Completion& completion) {
  slot->underWay--;
  slot->connecting = false;
  if (slot->closing) return;
  if (completion.result == -EINTR || completion.result == -EAGAIN) {
    slot->connectWanted = true;
    Queue(slot);
    return;
  }
  if (completion.result == 0) slot->kind = SlotKind::kStream;
  slot->client->Emit(EVENT_CONNECTED, slot->index, completion.result < 0 ? -completion.result : 0);
}

// --- The event loop --------------------------------------------------------------------------------------------------

void Driver::Enter() {
  const int result = ring_.Enter();
  if (result < 0) Lose(-result);
}

void Driver::Flush() {
  if (!usable()) return;
  RunCommands();
  if (ring_.HasSubmissions()) Enter();
}

void Driver::Pump() {
  if (pumping_ || !usable()) return;
  pumping_ = true;
  completedNow_ = 0;
  for (int round = 0; round < kRounds && receivedNow_ < kReceiveBudget && usable(); round++) {
    RunCommands();
    if (ring_.HasSubmissions() || ring_.WantsEnter()) Enter();
    if (!usable()) break;
    Completion completion;
    while (receivedNow_ < kReceiveBudget && ring_.Take(&completion)) {
      completedNow_++;
      Complete(completion);
    }
    // What has closed says so in this round.
    if (!queue_.empty()) AdvanceQueued();
    if (HasEvents()) {
      Deliver();
    } else {
      // Whatever came was for nobody.
      buffers_.Recycle();
      if (!ring_.HasSubmissions()) break;
    }
  }
  if (usable()) Flush();
  pumping_ = false;
  if (lost_ != 0) Deliver();
}

bool Driver::HasEvents() const {
  for (const Client* client : clients_) {
    if (client->hasEvents()) return true;
  }
  return false;
}

void Driver::Deliver() {
  const std::vector<uint32_t> told = std::move(told_);
  told_.clear();
  bool all = true;
  for (size_t i = 0; i < clients_.size(); i++) {
    if (clients_[i]->hasEvents()) all = clients_[i]->Deliver() && all;
  }
  // Only now JavaScript knows that these slots are nobody's; so long they have kept the process alive.
  std::vector<uint32_t>& known = all ? free_ : told_;
  known.insert(known.end(), told.begin(), told.end());
  for (const uint32_t index : told) {
    if (all && slots_[index].keepsAlive) Hold(false);
  }
  // Where there were more events than fit, JavaScript has yet to read what some of the buffers hold.
  if (!closed_ && all) buffers_.Recycle();
}

void Driver::Lose(int error) {
  if (!usable()) return;
  lost_ = error;
  for (Client* client : clients_) client->Emit(EVENT_LOST, 0, error);
  for (Slot& slot : slots_) {
    if (slot.kind == SlotKind::kFree) continue;
    // The ring still holds the socket: without this it would go on listening, or keep its peer waiting.
    if (slot.fd >= 0) shutdown(slot.fd, SHUT_RDWR);
    slot.underWay = 0;
    slot.closing = true;
    Release(&slot);
  }
  uv_poll_stop(poll_);
  // No ring answers under that number: closed later by us, it would be a stranger's descriptor that is gone.
  if (error == EBADF || error == EOPNOTSUPP) ring_.Forget();
  buffers_.Unregister(ring_);
  // Delivers what has happened. Nothing else keeps the process alive for it now.
  uv_ref(idle_);
  Again();
}

void Driver::Again() {
  if (idling_) return;
  idling_ = true;
  uv_idle_start(idle_, OnIdle);
}

bool Driver::Crowded() const {
  return liveSlots_ > kSpinSlots || completedNow_ > kSpinCompletions || receivedNow_ > kSpinBytes;
}

void Driver::Spin() {
  if (config_.spin == 0 || holding_ == 0 || spinScore_ < kSpinOn || Crowded()) return;
  if (uv_backend_timeout(loop_) == 0) return;
  counters_.spins++;
  const uint64_t until = Now() + config_.spin;
  while (!ring_.HasCompletions()) {
    // Lets whoever is to answer have this core, and the kernel do what it has to do in this thread.
    sched_yield();
    if (Now() > until) {
      spinScore_ -= 2;
      return;
    }
  }
  counters_.spinHits++;
  if (spinScore_ < kSpinLimit) spinScore_++;
  Pump();
  Again();
}

void Driver::OnPoll(uv_handle_s* handle, int, int) {
  auto* driver = static_cast<Driver*>(uv_handle_get_data(handle));
  if (driver->config_.spin != 0 && driver->sleptAt_ != 0) {
    const bool soon = Now() - driver->sleptAt_ < driver->config_.spin;
    if (soon && driver->spinScore_ < kSpinLimit) driver->spinScore_++;
    if (!soon && driver->spinScore_ > 0) driver->spinScore_--;
    driver->sleptAt_ = 0;
  }
  driver->Pump();
}

void Driver::OnPrepare(uv_handle_s* handle) {
  auto* driver = static_cast<Driver*>(uv_handle_get_data(handle));
  driver->Flush();
  if (!driver->usable()) return;
  if (driver->ring_.HasCompletions() || driver->ring_.WantsEnter() || driver->HasEvents()) driver->Pump();
  if (driver->usable()) driver->Spin();
  // It was lost on the way: there is nothing to look at any more.
  if (!driver->usable()) return;
  // The ring was full, or the rounds or the budget used up: not to sleep, but to go on in the next turn.
  if (!driver->queue_.empty() || driver->HasEvents() || driver->ring_.HasCompletions()) driver->Again();
  driver->sleptAt_ = driver->config_.spin == 0 ? 0 : Now();
}

void Driver::OnCheck(uv_handle_s* handle) {
  auto* driver = static_cast<Driver*>(uv_handle_get_data(handle));
  if (driver->idling_) {
    driver->idling_ = false;
    uv_idle_stop(driver->idle_);
  }
  // A turn of the event loop is counted from here.
  driver->receivedNow_ = 0;
  driver->TellReleased();
  if (driver->lost_ != 0) {
    driver->Deliver();
    if (driver->HasEvents()) driver->Again();
    return;
  }
  bool commands = false;
  for (const Client* client : driver->clients_) commands = commands || client->hasCommands();
  if (commands || driver->HasEvents() || driver->ring_.HasCompletions() || driver->ring_.WantsEnter()) driver->Pump();
}

}  // namespace rzmq
