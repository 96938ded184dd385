// The addon as JavaScript sees it; src/engines/uring/addon.ts has the types.
#include "driver.h"
#include "probe.h"
#include <string>

namespace rzmq {

namespace {

// --- Reading and making values ----------------------------------------------------------------------------------------

napi_value Number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

void Put(napi_env env, napi_value object, const char* name, double value) {
  napi_set_named_property(env, object, name, Number(env, value));
}

int32_t ToInt(napi_env env, napi_value value, int32_t otherwise = 0) {
  int32_t result;
  return napi_get_value_int32(env, value, &result) == napi_ok ? result : otherwise;
}

napi_value Get(napi_env env, napi_value object, const char* name) {
  napi_value value;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) napi_get_undefined(env, &value);
  return value;
}

std::string ToText(napi_env env, napi_value value) {
  char text[256] = "";
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, text, sizeof text, &size) != napi_ok) return "";
  return std::string(text, size);
}

bool ToBytes(napi_env env, napi_value value, uint8_t** bytes, size_t* size) {
  napi_typedarray_type type;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, size, &data, nullptr, nullptr) != napi_ok || type != napi_uint8_array)
    return false;
  *bytes = static_cast<uint8_t*>(data);
  return true;
}

// { settings: [level, name, value, level, …], device: string }
SocketSettings ToSettings(napi_env env, napi_value spec) {
  SocketSettings settings;
  const napi_value list = Get(env, spec, "settings");
  uint32_t count = 0;
  napi_get_array_length(env, list, &count);
  for (uint32_t i = 0; i + 2 < count; i += 3) {
    int values[3];
    for (uint32_t k = 0; k < 3; k++) {
      napi_value value;
      napi_get_element(env, list, i + k, &value);
      values[k] = ToInt(env, value);
    }
    settings.numbers.push_back({values[0], values[1], values[2]});
  }
  settings.device = ToText(env, Get(env, spec, "device"));
  return settings;
}

// The client that a method is called on, and its arguments.
struct Call {
  Call(napi_env env, napi_callback_info info) : env(env) {
    size_t count = 3;
    napi_value self;
    napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
    void* wrapped = nullptr;
    if (napi_unwrap(env, self, &wrapped) == napi_ok) client = static_cast<Client*>(wrapped);
  }
  bool usable() const { return client != nullptr && client->driver() != nullptr && client->driver()->usable(); }
  Driver* driver() const { return client->driver(); }
  Slot* slot() const { return usable() ? driver()->Find(client, static_cast<uint32_t>(ToInt(env, arguments[0]))) : nullptr; }
  napi_value Answer(double value) const { return Number(env, value); }

  napi_env env;
  napi_value arguments[3];
  Client* client = nullptr;
};

// --- Methods of a client ----------------------------------------------------------------------------------------------

// listen({ host, port, backlog, settings, device }): the slot, or -errno
napi_value ClientListen(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  if (!call.usable()) return call.Answer(-EBADF);
  const napi_value spec = call.arguments[0];
  Address address;
  if (!ParseAddress(ToText(env, Get(env, spec, "host")), ToInt(env, Get(env, spec, "port")), &address))
    return call.Answer(-EINVAL);
  const int fd = OpenListener(address, ToInt(env, Get(env, spec, "backlog"), SOMAXCONN), ToSettings(env, spec));
  return call.Answer(fd < 0 ? fd : static_cast<int>(call.driver()->Listen(call.client, fd)->index));
}

// connect({ host, port, localHost?, localPort?, settings, device }): the slot, or -errno
napi_value ClientConnect(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  if (!call.usable()) return call.Answer(-EBADF);
  const napi_value spec = call.arguments[0];
  Address target;
  if (!ParseAddress(ToText(env, Get(env, spec, "host")), ToInt(env, Get(env, spec, "port")), &target))
    return call.Answer(-EINVAL);
  const std::string localHost = ToText(env, Get(env, spec, "localHost"));
  Address source;
  if (!localHost.empty() && !ParseAddress(localHost, ToInt(env, Get(env, spec, "localPort")), &source))
    return call.Answer(-EINVAL);
  const int fd = OpenConnector(target, localHost.empty() ? nullptr : &source, ToSettings(env, spec));
  return call.Answer(fd < 0 ? fd : static_cast<int>(call.driver()->Connect(call.client, fd, target)->index));
}

// addresses(slot): [localHost, localPort, remoteHost, remotePort]
napi_value ClientAddresses(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_value result;
  napi_create_array(env, &result);
  const Slot* slot = call.slot();
  for (uint32_t side = 0; side < 2; side++) {
    Address address = {};
    address.size = sizeof address.storage;
    auto* at = reinterpret_cast<sockaddr*>(&address.storage);
    if (slot != nullptr) (side == 0 ? getsockname : getpeername)(slot->fd, at, &address.size);
    std::string host;
    int port;
    FormatAddress(address, &host, &port);
    napi_value text;
    napi_create_string_utf8(env, host.data(), host.size(), &text);
    napi_set_element(env, result, 2 * side, text);
    napi_set_element(env, result, 2 * side + 1, Number(env, port));
  }
  return result;
}

// send(slot, chunks, zeroCopy): 1: all is sent. 0: the memory must stay as it is until EVENT_SENT. -errno.
napi_value ClientSend(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Slot* slot = call.slot();
  if (slot == nullptr) return call.Answer(-EBADF);
  uint32_t count = 0;
  napi_get_array_length(env, call.arguments[1], &count);
  auto* item = new SendItem();
  item->pieces.reserve(count);
  for (uint32_t i = 0; i < count; i++) {
    napi_value chunk;
    uint8_t* bytes;
    size_t size;
    napi_get_element(env, call.arguments[1], i, &chunk);
    if (!ToBytes(env, chunk, &bytes, &size)) {
      delete item;
      return call.Answer(-EINVAL);
    }
    if (size == 0) continue;
    item->pieces.push_back({bytes, size});
    item->left += size;
  }
  if (item->left == 0) {
    delete item;
    return call.Answer(-EINVAL);
  }
  napi_get_value_bool(env, call.arguments[2], &item->zeroCopy);
  // What was sent before goes before it.
  call.driver()->RunCommands();
  if (call.driver()->SendNow(slot, item)) {
    delete item;
    return call.Answer(1);
  }
  call.driver()->Send(slot, item);
  return call.Answer(0);
}

// receiveInto(slot, buffer): 0 or -errno. The memory is the kernel's until EVENT_READ, EVENT_END or EVENT_FAILED.
napi_value ClientReceiveInto(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Slot* slot = call.slot();
  uint8_t* bytes;
  size_t size;
  if (slot == nullptr) return call.Answer(-EBADF);
  if (!ToBytes(env, call.arguments[1], &bytes, &size) || size == 0) return call.Answer(-EINVAL);
  if (slot->receiving) return call.Answer(-EBUSY);
  constexpr size_t kMost = 1u << 30;
  call.driver()->ReceiveInto(slot, bytes, static_cast<uint32_t>(size < kMost ? size : kMost));
  return call.Answer(0);
}

// keepAlive(slot, boolean): whether it keeps the process alive; so it is at first.
napi_value ClientKeepAlive(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  Slot* slot = call.slot();
  bool keeps = true;
  napi_get_value_bool(env, call.arguments[1], &keeps);
  if (slot != nullptr) call.driver()->KeepAlive(slot, keeps);
  return nullptr;
}

// flush(): takes the commands now; called when there is no room for more.
napi_value ClientFlush(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  if (call.usable()) call.driver()->Flush();
  return nullptr;
}

// option(slot, level, name): a socket option of type int, or -errno
napi_value ClientOption(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  const Slot* slot = call.slot();
  if (slot == nullptr) return call.Answer(-EBADF);
  int value = 0;
  socklen_t size = sizeof value;
  const int level = ToInt(env, call.arguments[1]);
  const int name = ToInt(env, call.arguments[2]);
  return call.Answer(getsockopt(slot->fd, level, name, &value, &size) == 0 ? value : -errno);
}

// stats(): counters of the ring
napi_value ClientStats(napi_env env, napi_callback_info info) {
  const Call call(env, info);
  napi_value result;
  napi_create_object(env, &result);
  if (call.client == nullptr || call.driver() == nullptr) return result;
  const Driver& driver = *call.driver();
  Put(env, result, "enters", static_cast<double>(driver.ring().counters().enters));
  Put(env, result, "submissions", static_cast<double>(driver.ring().counters().submissions));
  Put(env, result, "completions", static_cast<double>(driver.ring().counters().completions));
  Put(env, result, "overflows", static_cast<double>(driver.ring().counters().overflows));
  Put(env, result, "noBuffers", static_cast<double>(driver.counters().noBuffers));
  Put(env, result, "noRoom", static_cast<double>(driver.counters().noRoom));
  Put(env, result, "spins", static_cast<double>(driver.counters().spins));
  Put(env, result, "spinHits", static_cast<double>(driver.counters().spinHits));
  Put(env, result, "notifications", static_cast<double>(driver.counters().notifications));
  Put(env, result, "slots", driver.liveSlots());
  Put(env, result, "underWay", driver.underWay());
  return result;
}

// --- The environment --------------------------------------------------------------------------------------------------

// What there is once per environment: the driver that new clients share.
struct Environment {
  Driver* driver = nullptr;
};

// A driver, and the hook that ends it with the environment.
struct Hook {
  Environment* environment;
  Driver* driver;
  napi_async_cleanup_hook_handle handle = nullptr;
};

void OnEnding(napi_async_cleanup_hook_handle, void* argument) { static_cast<Hook*>(argument)->driver->Close(true); }

void OnDriverDeleted(void* argument) {
  auto* hook = static_cast<Hook*>(argument);
  if (hook->environment->driver == hook->driver) hook->environment->driver = nullptr;
  if (hook->handle != nullptr) napi_remove_async_cleanup_hook(hook->handle);
  delete hook;
}

void OnClientCollected(napi_env, void* data, void*) {
  auto* client = static_cast<Client*>(data);
  if (client->driver() == nullptr) delete client;
  else client->driver()->Remove(client);
}

// The driver of the environment, or a new one. `error`: -errno.
Driver* DriverOf(napi_env env, const DriverConfig& config, int* error) {
  Environment* environment = nullptr;
  napi_get_instance_data(env, reinterpret_cast<void**>(&environment));
  if (environment->driver != nullptr && environment->driver->usable()) return environment->driver;
  auto* driver = new Driver(env, config);
  *error = driver->Open();
  if (*error < 0) return nullptr;
  auto* hook = new Hook{environment, driver};
  driver->onDeleted = OnDriverDeleted;
  driver->onDeletedArgument = hook;
  napi_add_async_cleanup_hook(env, OnEnding, hook, &hook->handle);
  environment->driver = driver;
  return driver;
}

bool IsPowerOfTwo(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

// open({ entries, bufferCount, bufferSize, sendSize, spin }, callback): the client, or -errno
napi_value Open(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  DriverConfig config;
  config.entries = static_cast<uint32_t>(ToInt(env, Get(env, arguments[0], "entries"), 1024));
  config.bufferCount = static_cast<uint32_t>(ToInt(env, Get(env, arguments[0], "bufferCount"), 512));
  config.bufferSize = static_cast<uint32_t>(ToInt(env, Get(env, arguments[0], "bufferSize"), 8192));
  config.spin = static_cast<uint64_t>(ToInt(env, Get(env, arguments[0], "spin"))) * 1000u;
  const int32_t sendSize = ToInt(env, Get(env, arguments[0], "sendSize"), 1 << 22);
  if (config.entries == 0 || !IsPowerOfTwo(config.bufferCount) || config.bufferCount > 32768 || config.bufferSize == 0 ||
      sendSize <= 0 || static_cast<uint64_t>(config.bufferCount) * config.bufferSize > INT32_MAX)
    return Number(env, -EINVAL);

  int error = 0;
  Driver* driver = DriverOf(env, config, &error);
  if (driver == nullptr) return Number(env, error);
  napi_value shared;
  napi_value sending;
  void* memory = nullptr;
  void* sendBytes = nullptr;
  if (napi_create_arraybuffer(env, kSharedSize * sizeof(int32_t), &memory, &shared) != napi_ok ||
      napi_create_arraybuffer(env, static_cast<size_t>(sendSize), &sendBytes, &sending) != napi_ok)
    return Number(env, -ENOMEM);
  napi_value object;
  napi_create_object(env, &object);
  auto* client = new Client(env, driver, arguments[1], shared, static_cast<int32_t*>(memory), sending,
                            static_cast<uint8_t*>(sendBytes), static_cast<size_t>(sendSize));
  napi_wrap(env, object, client, OnClientCollected, nullptr, nullptr);
  driver->Add(client);

  napi_set_named_property(env, object, "shared", shared);
  napi_set_named_property(env, object, "sending", sending);
  napi_set_named_property(env, object, "receiving", driver->receiveMemory());
  napi_value receiveBuffers;
  napi_get_boolean(env, driver->hasReceiveBuffers(), &receiveBuffers);
  napi_set_named_property(env, object, "hasReceiveBuffers", receiveBuffers);
  Put(env, object, "entries", driver->ring().entries());
  Put(env, object, "bufferCount", driver->config().bufferCount);
  Put(env, object, "bufferSize", driver->config().bufferSize);
  Put(env, object, "spin", static_cast<double>(driver->config().spin / 1000));
  const napi_property_descriptor methods[] = {
      {"listen", nullptr, ClientListen, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"connect", nullptr, ClientConnect, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"addresses", nullptr, ClientAddresses, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"send", nullptr, ClientSend, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"receiveInto", nullptr, ClientReceiveInto, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"keepAlive", nullptr, ClientKeepAlive, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"flush", nullptr, ClientFlush, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"option", nullptr, ClientOption, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"stats", nullptr, ClientStats, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, object, sizeof methods / sizeof *methods, methods);
  return object;
}

// probe(): the facts
napi_value ProbeKernel(napi_env env, napi_callback_info) {
  const ProbeFacts facts = Probe();
  napi_value result;
  napi_value operations;
  napi_create_object(env, &result);
  napi_create_array(env, &operations);
  for (size_t i = 0; i < facts.operations.size(); i++)
    napi_set_element(env, operations, static_cast<uint32_t>(i), Number(env, facts.operations[i]));
  Put(env, result, "setup", facts.setup);
  Put(env, result, "features", facts.features);
  Put(env, result, "setupFlags", facts.setupFlags);
  Put(env, result, "operationsKnown", facts.operationsKnown);
  napi_set_named_property(env, result, "operations", operations);
  Put(env, result, "bufferRing", facts.bufferRing);
  Put(env, result, "multishotReceive", facts.multishotReceive);
  Put(env, result, "sendZeroCopy", facts.sendZeroCopy);
  return result;
}

// Counts up whenever the protocol of the shared memory or these functions change.
constexpr int kInterface = 1;

}  // namespace

napi_value Initialize(napi_env env, napi_value exports) {
  auto* environment = new Environment();
  const auto forget = [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); };
  napi_set_instance_data(env, environment, forget, nullptr);
  const napi_property_descriptor functions[] = {
      {"probe", nullptr, ProbeKernel, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"open", nullptr, Open, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
  Put(env, exports, "interface", kInterface);
  return exports;
}

}  // namespace rzmq

NAPI_MODULE_INIT() { return rzmq::Initialize(env, exports); }
