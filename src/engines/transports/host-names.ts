import { lookup } from 'node:dns';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Where names become addresses; given to the tcp transport so that a test or a simulation can answer instead. */
export interface HostNames {
  /** The network interfaces of this machine, by name. */
  interfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** The addresses of a host, best first: IPv4 only, or (`ipv6`) both families. Rejects when there is none. */
  lookup(host: string, ipv6: boolean): Promise<readonly string[]>;
}

/** The names as the operating system knows them. Asked anew every time: they change while a process lives. */
export const systemHostNames: HostNames = {
  interfaces: networkInterfaces,
  lookup: (host, ipv6) =>
    new Promise((resolve, reject) => {
      lookup(host, { all: true, family: ipv6 ? 0 : 4 }, (error, addresses) => {
        if (error) reject(error);
        else resolve(addresses.map(({ address }) => address));
      });
    }),
};
