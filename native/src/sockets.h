// Sockets before and beside the ring: the calls that never wait.
#pragma once
#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace rzmq {

struct Address {
  sockaddr_storage storage;
  socklen_t size;
};

// One setsockopt of an int.
struct SocketSetting {
  int level;
  int name;
  int value;
};

struct SocketSettings {
  std::vector<SocketSetting> numbers;
  // SO_BINDTODEVICE; empty: none.
  std::string device;
};

// An address without names: "127.0.0.1", "::1", "fe80::1%eth0". False when it is none.
bool ParseAddress(const std::string& host, int port, Address* address);
// The host as text, and the port; empty and 0 where there is none.
void FormatAddress(const Address& address, std::string* host, int* port);
// All answer 0 or more, or -errno. A socket of theirs waits where it must, because the ring takes EAGAIN for an answer.
int OpenListener(const Address& address, int backlog, const SocketSettings& settings);
int OpenConnector(const Address& target, const Address* source, const SocketSettings& settings);

}  // namespace rzmq
