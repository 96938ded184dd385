import type { MonitorEventName, SocketEventFacts } from './contracts/monitor.js';
import { errnoNumber } from './errno.js';
import { ERRNO_OF_CODE } from './errors.js';
import { ProtocolError } from './protocol-error.js';

/** Stands where libzmq gives a file descriptor. */
const NO_DESCRIPTOR = -1;

/** The value that libzmq gives with an event. */
export function monitorValue(type: MonitorEventName, facts: SocketEventFacts): number {
  const { error } = facts;
  switch (type) {
    case 'connect:delay':
      return errnoNumber('EINPROGRESS');
    case 'connect:retry':
      return facts.interval ?? 0;
    case 'bind:error':
    case 'accept:error':
    case 'close:error':
      return errnoNumber(error?.errno ?? '');
    case 'handshake:error:other':
      // That the time is over is EAGAIN for libzmq, whatever it was that did not come.
      return errnoNumber((error?.code === 'Timeout' ? ERRNO_OF_CODE.Timeout : error?.errno) ?? '');
    case 'handshake:error:protocol':
      return error?.detail ?? ProtocolError.ZMTP_UNSPECIFIED;
    case 'handshake:error:auth':
      return error?.detail ?? 0;
    case 'handshake':
    case 'end':
      return 0;
    case 'pipe:stats':
      return facts.queuedOut ?? 0;
    case 'dropped':
      return facts.messages ?? 0;
    default:
      return NO_DESCRIPTOR;
  }
}
