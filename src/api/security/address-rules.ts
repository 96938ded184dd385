import { ZmqError } from '../../core/errors.js';
import { type Cidr, cidrContains, isAddress, parseCidr } from '../../core/options/cidr.js';

/** The word for peers on ipc, whose address begins with it or is empty. */
const LOCALHOST = 'localhost';

/** Where peers may come from, and where from they may not. */
export class AddressRules {
  private readonly allowed: AddressList | undefined;
  private readonly denied: AddressList;

  public constructor(allow: unknown, deny: unknown) {
    this.allowed = allow === undefined ? undefined : new AddressList(allow, 'allow');
    this.denied = new AddressList(deny === undefined ? [] : deny, 'deny');
  }

  /** Why nobody is let in from an address; `undefined` when somebody may be. */
  public refusal(address: string): string | undefined {
    if (this.denied.mayHave(address)) return 'Address denied';
    return this.allowed === undefined || this.allowed.has(address) ? undefined : 'Address not allowed';
  }
}

class AddressList {
  private readonly networks: readonly Cidr[];
  private readonly local: boolean;

  public constructor(entries: unknown, rule: string) {
    if (!Array.isArray(entries)) throw wrong(rule, typeof entries);
    this.local = entries.includes(LOCALHOST);
    this.networks = entries
      .filter((entry) => entry !== LOCALHOST)
      .map((entry: unknown) => {
        const network = typeof entry === 'string' ? parseCidr(entry) : undefined;
        if (network === undefined) throw wrong(rule, JSON.stringify(entry));
        return network;
      });
  }

  /** As `has`, and true for an address that nobody can tell: of a transport whose addresses are no numbers, for one. */
  public mayHave(address: string): boolean {
    return this.has(address) || (this.networks.length > 0 && !isLocal(address) && !isAddress(address));
  }

  public has(address: string): boolean {
    if (isLocal(address)) return this.local;
    return this.networks.some((network) => cidrContains(network, address));
  }
}

function isLocal(address: string): boolean {
  return address === '' || address === LOCALHOST || address.startsWith(`${LOCALHOST}:`);
}

function wrong(rule: string, what: string): ZmqError {
  return new ZmqError(
    'InvalidArgument',
    `\`${rule}\` is an array of addresses or networks in numbers, such as 10.0.0.0/8 or ::1, or ${LOCALHOST} for ipc; ${what} is none.`,
  );
}
