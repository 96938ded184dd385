import { describe, expect, it, jest } from '@jest/globals';
import { ERRNO_OF_CODE, fromNodeError, ZmqError, type ZmqErrorCode } from '../../../src/core/errors.js';

const CODES = Object.keys(ERRNO_OF_CODE) as ZmqErrorCode[];

/** The errors of libzmq that programs test for, as the manual names them. */
const OF_LIBZMQ: readonly (readonly [ZmqErrorCode, string])[] = [
  ['Timeout', 'EAGAIN'],
  ['ResourceLimitReached', 'EAGAIN'],
  ['InvalidState', 'EFSM'],
  ['ContextTerminated', 'ETERM'],
  ['SocketClosed', 'ENOTSOCK'],
  ['HostUnreachable', 'EHOSTUNREACH'],
  ['AddrInUse', 'EADDRINUSE'],
  ['AddrNotAvailable', 'EADDRNOTAVAIL'],
  ['UnsupportedTransport', 'EPROTONOSUPPORT'],
  ['IncompatibleTransport', 'ENOCOMPATPROTO'],
  ['EndpointNotFound', 'ENOENT'],
  ['InvalidOption', 'EINVAL'],
  ['InvalidEndpoint', 'EINVAL'],
  ['InvalidSocketType', 'ENOTSUP'],
];

describe('ZmqError', () => {
  it.each(CODES)('%s has an errno name', (code) => {
    const error = new ZmqError(code, 'text');
    expect(error.errno).toMatch(/^E[A-Z]{2,}$/);
    expect([error.code, error.message, error.fatal, error.endpoint, error.cause]).toEqual([
      code,
      'text',
      false,
      undefined,
      undefined,
    ]);
  });

  it.each(OF_LIBZMQ)('%s is what libzmq calls %s', (code, errno) => {
    expect(new ZmqError(code, '').errno).toBe(errno);
  });

  it('is an Error with a stack and a name, and keeps what it is told', () => {
    const cause = new Error('cause');
    const error = new ZmqError('IoError', 'text', { cause, endpoint: 'tcp://there', errno: 'ETIMEDOUT', fatal: true });
    expect([error.name, error.cause, error.endpoint, error.errno, error.fatal]).toEqual([
      'ZmqError',
      cause,
      'tcp://there',
      'ETIMEDOUT',
      true,
    ]);
    expect(Object.getPrototypeOf(ZmqError.prototype)).toBe(Error.prototype);
    expect(error.stack).toContain('errors.test');
    expect(String(error)).toBe('ZmqError: text');
  });

  it('that an AbortSignal caused is called AbortError, as everywhere', () => {
    expect(new ZmqError('Aborted', '').name).toBe('AbortError');
  });
});

describe('instanceof ZmqError', () => {
  it('holds for errors of another copy of the package, both ways', async () => {
    let other: { ZmqError: typeof ZmqError } | undefined;
    await jest.isolateModulesAsync(async () => {
      other = await import('../../../src/core/errors.js');
    });
    const Other = other!.ZmqError;
    expect(Other).not.toBe(ZmqError);
    expect(new Other('IoError', '') instanceof ZmqError).toBe(true);
    expect(new ZmqError('IoError', '') instanceof Other).toBe(true);
    expect(fromNodeError(new Other('InvalidState', 'x'), 'Cannot').code).toBe('InvalidState');
  });

  it.each<[string, unknown]>([
    ['an Error', new Error('x')],
    ['undefined', undefined],
    ['null', null],
    ['a text', 'ZmqError'],
    ['an object that looks like one', { name: 'ZmqError', code: 'IoError', errno: 'EIO' }],
    ['a function', () => undefined],
  ])('does not hold for %s', (_name, value) => {
    expect(value instanceof ZmqError).toBe(false);
  });
});

describe('errors of Node become errors of ours', () => {
  it.each<[string, ZmqErrorCode]>([
    ['EADDRINUSE', 'AddrInUse'],
    ['EADDRNOTAVAIL', 'AddrNotAvailable'],
    ['ECONNREFUSED', 'ConnectionRefused'],
    ['EHOSTUNREACH', 'HostUnreachable'],
    ['ENETUNREACH', 'NetworkUnreachable'],
    ['EPIPE', 'ConnectionClosed'],
    ['ECONNRESET', 'ConnectionClosed'],
    ['ECONNABORTED', 'ConnectionClosed'],
    ['EACCES', 'PermissionDenied'],
    ['EPERM', 'PermissionDenied'],
    ['ENOTFOUND', 'DnsResolutionFailed'],
    ['EAI_AGAIN', 'DnsResolutionFailed'],
    ['ENODEV', 'EndpointResolutionFailed'],
    ['EMFILE', 'IoError'],
  ])('%s is %s, with its errno, its text and itself as the cause', (errno, code) => {
    const cause = Object.assign(new Error('what Node said'), { code: errno });
    const error = fromNodeError(cause, 'Cannot bind tcp://x', 'tcp://x');
    expect([error.code, error.errno, error.cause, error.endpoint]).toEqual([code, errno, cause, 'tcp://x']);
    expect(error.message).toBe('Cannot bind tcp://x: what Node said');
  });

  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'AuthenticationFailure'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'AuthenticationFailure'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'ProtocolViolation'],
  ])('%s of OpenSSL is %s, in words and without its source', (errno, code) => {
    const cause = Object.assign(new Error('80AC:error:0A00:SSL routines:f:r:../ssl/x.c:1:\n'), {
      code: errno,
      reason: 'why',
    });
    const error = fromNodeError(cause, 'Cannot connect');
    expect([error.code, error.errno, error.message]).toEqual([code, errno, 'Cannot connect: why']);
  });

  it.each([undefined, null, 'text', 5, {}, { code: 7 }])('%p is an IoError', (thrown) => {
    const error = fromNodeError(thrown, 'Cannot');
    expect([error.code, error.errno, error.cause]).toEqual(['IoError', 'EIO', thrown]);
  });

  it('an error of ours stays what it is', () => {
    const error = new ZmqError('InvalidEndpoint', 'x');
    expect(fromNodeError(error, 'Cannot')).toBe(error);
  });
});
