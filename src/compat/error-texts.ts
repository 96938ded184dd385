/**
 * The text of each error, as the C library, libzmq and zeromq.js have it: programs compare them. What was tried, and what
 * would be right, is in the `cause`. A code that is not here keeps our own text.
 */
export const ERROR_TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAGAIN: 'Operation was not possible or timed out',
  EBADF: 'Socket is closed',
  EBUSY: 'Socket is busy',
  ECONNABORTED: 'Software caused connection abort',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EFSM: 'Operation cannot be accomplished in current state',
  EHOSTUNREACH: 'Host unreachable',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open file descriptors',
  ENAMETOOLONG: 'File name too long',
  ENETUNREACH: 'Network is unreachable',
  ENOCOMPATPROTO: 'The protocol is not compatible with the socket type',
  ENODEV: 'No such device',
  ENOENT: 'No such endpoint',
  ENOTSOCK: 'Socket operation on non-socket',
  ENOTSUP: 'Operation not supported',
  EPIPE: 'Broken pipe',
  EPROTO: 'Protocol error',
  EPROTONOSUPPORT: 'Protocol not supported',
  ETERM: 'Context was terminated',
  ETIMEDOUT: 'Connection timed out',
};

/** The text of a peer that was refused, by the status that the ZAP handler answered. */
export const REFUSAL_TEXTS: Readonly<Record<number, string>> = {
  300: 'Temporary error',
  400: 'Authentication failure',
  500: 'Internal error',
};
