#include "sockets.h"
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

namespace rzmq {

namespace {

int Set(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : -errno;
}

int Apply(int fd, const SocketSettings& settings) {
  for (const SocketSetting& setting : settings.numbers) {
    const int result = Set(fd, setting.level, setting.name, setting.value);
    if (result < 0) return result;
  }
  const std::string& device = settings.device;
  if (device.empty()) return 0;
  const socklen_t size = static_cast<socklen_t>(device.size());
  return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.data(), size) == 0 ? 0 : -errno;
}

int OpenSocket(int family) {
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

int Bind(int fd, const Address& address) {
  return bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 ? 0 : -errno;
}

int Listen(int fd, int backlog) { return listen(fd, backlog) == 0 ? 0 : -errno; }

}  // namespace

bool ParseAddress(const std::string& host, int port, Address* address) {
  memset(address, 0, sizeof *address);
  auto* four = reinterpret_cast<sockaddr_in*>(&address->storage);
  if (inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(static_cast<uint16_t>(port));
    address->size = sizeof *four;
    return true;
  }
  auto* six = reinterpret_cast<sockaddr_in6*>(&address->storage);
  const size_t at = host.find('%');
  if (inet_pton(AF_INET6, host.substr(0, at).c_str(), &six->sin6_addr) != 1) return false;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(static_cast<uint16_t>(port));
  if (at != std::string::npos) six->sin6_scope_id = if_nametoindex(host.c_str() + at + 1);
  address->size = sizeof *six;
  return true;
}

void FormatAddress(const Address& address, std::string* host, int* port) {
  host->clear();
  *port = 0;
  char text[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(&address.storage);
    inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    *port = ntohs(four->sin_port);
  } else if (address.storage.ss_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    *port = ntohs(six->sin6_port);
  }
  *host = text;
  if (address.storage.ss_family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    char name[IF_NAMESIZE];
    if (six->sin6_scope_id != 0 && if_indextoname(six->sin6_scope_id, name) != nullptr) *host += std::string("%") + name;
  }
}

int OpenListener(const Address& address, int backlog, const SocketSettings& settings) {
  const int family = address.storage.ss_family;
  const int fd = OpenSocket(family);
  if (fd < 0) return fd;
  int result = Set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  // One socket serves both families.
  if (result == 0 && family == AF_INET6) result = Set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (result == 0) result = Apply(fd, settings);
  if (result == 0) result = Bind(fd, address);
  if (result == 0) result = Listen(fd, backlog);
  if (result == 0) return fd;
  close(fd);
  return result;
}

int OpenConnector(const Address& target, const Address* source, const SocketSettings& settings) {
  const int fd = OpenSocket(target.storage.ss_family);
  if (fd < 0) return fd;
  int result = Apply(fd, settings);
  if (result == 0 && source != nullptr) {
    result = Set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (result == 0) result = Bind(fd, *source);
  }
  if (result == 0) return fd;
  close(fd);
  return result;
}

}  // namespace rzmq
