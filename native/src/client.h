// One user of the ring in JavaScript: a Context. It has a callback, commands and events of its own.
#pragma once
#include "protocol.h"
#define NAPI_VERSION 8
#include <node_api.h>
#include <vector>

namespace rzmq {

class Driver;

class Client {
 public:
  // `callback` is called with the number of events, and where they are. It is kept alive only while the client has slots: without, nothing can
  // come, and the client goes with the object in JavaScript.
  Client(napi_env env, Driver* driver, napi_value callback, napi_value shared, int32_t* memory, napi_value sendMemory,
         uint8_t* sendBytes, size_t sendSize);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // Releases what it holds in JavaScript. Not needed, nor possible, when the environment ends.
  void Release();

  // nullptr: the environment ends, and the driver has gone before the object in JavaScript.
  Driver* driver() const { return driver_; }
  void Orphan() { driver_ = nullptr; }
  bool hasCommands() const { return memory_[kCommandCount] > 0; }
  // Answers how many there are, and counts them as taken.
  unsigned TakeCommands();
  const int32_t* command(unsigned index) const { return commands_ + index * kRecordSize; }
  uint8_t* sendBytes() const { return sendBytes_; }
  size_t sendSize() const { return sendSize_; }

  void Emit(Event event, uint32_t slot, int32_t a = 0, int32_t b = 0);
  bool hasEvents() const { return eventCount_ > 0; }
  // Calls the callback with what there is: how many events, and in which of the two places. What comes meanwhile goes to
  // the other place. False: there was more than one call can tell, and the rest is left for the next.
  bool Deliver();
  void SlotAdded();
  void SlotRemoved();
  unsigned slots() const { return slots_; }
  // The object in JavaScript is gone, or the ring is.
  bool gone = false;

 private:
  napi_env env_;
  Driver* driver_;
  napi_ref callback_ = nullptr;
  napi_ref shared_ = nullptr;
  napi_ref sendMemory_ = nullptr;
  napi_async_context async_ = nullptr;
  int32_t* memory_;
  int32_t* commands_;
  int32_t* events_;
  // Which of the two places for events is being filled.
  unsigned place_ = 0;
  unsigned eventCount_ = 0;
  // What that place has no room for.
  std::vector<int32_t> overflow_;
  unsigned slots_ = 0;
  uint8_t* sendBytes_;
  size_t sendSize_;
};

}  // namespace rzmq
