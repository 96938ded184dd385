#include "client.h"

namespace rzmq {

Client::Client(napi_env env, Driver* driver, napi_value callback, napi_value shared, int32_t* memory,
               napi_value sendMemory, uint8_t* sendBytes, size_t sendSize)
    : env_(env),
      driver_(driver),
      memory_(memory),
      commands_(memory + kControlSize),
      events_(memory + kControlSize + kCommandsMax * kRecordSize),
      sendBytes_(sendBytes),
      sendSize_(sendSize) {
  napi_create_reference(env, callback, 0, &callback_);
  napi_create_reference(env, shared, 1, &shared_);
  napi_create_reference(env, sendMemory, 1, &sendMemory_);
  napi_value name;
  napi_create_string_utf8(env, "rzmq.uring", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, nullptr, name, &async_);
}

void Client::Release() {
  napi_delete_reference(env_, callback_);
  napi_delete_reference(env_, shared_);
  napi_delete_reference(env_, sendMemory_);
  napi_async_destroy(env_, async_);
}

unsigned Client::TakeCommands() {
  const unsigned count = static_cast<unsigned>(memory_[kCommandCount]);
  memory_[kCommandCount] = 0;
  return count < kCommandsMax ? count : kCommandsMax;
}

void Client::Emit(Event event, uint32_t slot, int32_t a, int32_t b) {
  if (gone) return;
  if (eventCount_ >= kEventsMax) {
    overflow_.insert(overflow_.end(), {event, static_cast<int32_t>(slot), a, b});
    return;
  }
  int32_t* record = events_ + (place_ * kEventsMax + eventCount_++) * kRecordSize;
  record[0] = event;
  record[1] = static_cast<int32_t>(slot);
  record[2] = a;
  record[3] = b;
}

bool Client::Deliver() {
  napi_handle_scope scope;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return false;
  napi_value callback = nullptr;
  napi_get_reference_value(env_, callback_, &callback);
  napi_value arguments[2];
  napi_create_uint32(env_, eventCount_, &arguments[0]);
  napi_create_uint32(env_, place_, &arguments[1]);
  place_ ^= 1;
  eventCount_ = 0;
  const std::vector<int32_t> waiting = std::move(overflow_);
  overflow_.clear();
  for (size_t i = 0; i < waiting.size(); i += kRecordSize) {
    Emit(static_cast<Event>(waiting[i]), static_cast<uint32_t>(waiting[i + 1]), waiting[i + 2], waiting[i + 3]);
  }
  if (callback != nullptr) {
    napi_value receiver;
    napi_value result;
    napi_get_global(env_, &receiver);
    const napi_status status = napi_make_callback(env_, async_, receiver, callback, 2, arguments, &result);
    bool thrown = false;
    if (status != napi_ok) napi_is_exception_pending(env_, &thrown);
    if (thrown) {
      napi_value error;
      napi_get_and_clear_last_exception(env_, &error);
      napi_fatal_exception(env_, error);
    }
  }
  napi_close_handle_scope(env_, scope);
  return waiting.empty();
}

void Client::SlotAdded() {
  if (slots_++ == 0) napi_reference_ref(env_, callback_, nullptr);
}

void Client::SlotRemoved() {
  if (--slots_ == 0) napi_reference_unref(env_, callback_, nullptr);
}

}  // namespace rzmq
