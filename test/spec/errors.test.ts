import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { Context, context, type ISocket, Msg, SocketOption, ZmqError, type ZmqErrorCode } from 'rzmq';
import { checkError, rejected, thrown } from '../support/spec-errors.js';
import { receive, untyped, useGround } from '../support/spec-ground.js';
import { INPROC } from '../support/spec-transports.js';

/** Every call of a socket that answers with a promise. */
const CALLS: readonly (readonly [string, (socket: ISocket) => Promise<unknown>])[] = [
  ['bind', (socket) => socket.bind('inproc://x')],
  ['unbind', (socket) => socket.unbind('inproc://x')],
  ['connect', (socket) => socket.connect('inproc://x')],
  ['disconnect', (socket) => socket.disconnect('inproc://x')],
  ['send', (socket) => socket.send('x')],
  ['sendMultipart', (socket) => socket.sendMultipart(['x', 'y'])],
  ['recv', (socket) => socket.recv()],
  ['recvMultipart', (socket) => socket.recvMultipart()],
  ['recvMany', (socket) => socket.recvMany(1)],
  ['setOption', (socket) => socket.setOption(SocketOption.LINGER, 0)],
  ['getOption', (socket) => socket.getOption(SocketOption.LINGER)],
];

describe('calls after the end', () => {
  const ground = useGround();

  test.each(CALLS)('%s after close SHALL be refused with ENOTSOCK', async (_, call) => {
    const socket = untyped(ground.socket('DEALER'));
    await socket.close();
    const { fatal, message } = await rejected(call(socket), 'SocketClosed', 'ENOTSOCK');
    expect([fatal, message.includes('DEALER')]).toEqual([true, true]);
  });

  test.each(CALLS)('%s after term SHALL be refused with ETERM', async (_, call) => {
    const own = ground.another();
    const socket = untyped(ground.socket('DEALER', {}, own));
    await own.term();
    const { fatal } = await rejected(call(socket), 'ContextTerminated', 'ETERM');
    expect(fatal).toBe(true);
  });

  test('calls that answer at once SHALL throw after close', async () => {
    const dealer = untyped(ground.socket('DEALER'));
    const sub = ground.socket('SUB');
    await Promise.all([dealer.close(), sub.close()]);
    thrown(() => dealer.trySend('x'), 'SocketClosed', 'ENOTSOCK');
    thrown(() => dealer.tryRecv(), 'SocketClosed', 'ENOTSOCK');
    thrown(() => sub.subscribe('x'), 'SocketClosed', 'ENOTSOCK');
    thrown(() => sub.unsubscribe('x'), 'SocketClosed', 'ENOTSOCK');
    for await (const message of dealer) throw new Error(`received ${message.join()} after close`);
    expect([dealer.readable, dealer.writable, dealer.closed]).toEqual([false, false, true]);
    const nothing = {
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
      queuedIn: 0,
      queuedOut: 0,
      queuedBytesIn: 0,
      queuedBytesOut: 0,
    };
    expect(dealer.stats()).toEqual({ ...nothing, dropped: {}, peers: 0, pipes: [] });
  });
});

describe('endpoints that are no text', () => {
  const ground = useGround();

  test.each(CALLS.slice(0, 4).map(([name]) => name as 'bind'))(
    '%s SHALL refuse them, and nothing else',
    async (name) => {
      const socket = untyped(ground.socket('DEALER'));
      for (const endpoint of [undefined, null, 5, {}, Symbol('x')]) {
        await rejected(socket[name](endpoint as string), 'InvalidEndpoint', 'EINVAL');
      }
      expect(socket.closed).toBe(false);
      await socket.bind('inproc://still-there');
    },
  );
});

describe('making things', () => {
  const ground = useGround();

  test.each(['NONSENSE', 'push', '', undefined, null, 8, 8n, Symbol('PUSH')])(
    'socket(%p) SHALL be refused: no such type',
    (type) => {
      const { message } = thrown(() => ground.context.socket(type as string), 'InvalidSocketType', 'EINVAL');
      expect(message).toContain('PUSH');
    },
  );

  test('socket() SHALL refuse wrong options, and say which', () => {
    const make = (options: object) => () => ground.context.socket('PUSH', options);
    const refusals: readonly (readonly [object, ZmqErrorCode, string, string])[] = [
      [{ noSuchOption: 1 }, 'InvalidOption', 'EINVAL', 'noSuchOption'],
      [{ SNDHWM: 1 }, 'InvalidOption', 'EINVAL', 'sendHighWaterMark'],
      [{ sendHighWaterMark: -1 }, 'InvalidOptionValue', 'EINVAL', 'SNDHWM'],
      [{ sendHighWaterMark: 1.5 }, 'InvalidOptionValue', 'EINVAL', 'SNDHWM'],
      [{ sendHighWaterMark: '5' }, 'InvalidOptionValue', 'EINVAL', 'SNDHWM'],
      [{ linger: -2 }, 'InvalidOptionValue', 'EINVAL', 'LINGER'],
      [{ immediate: 2 }, 'InvalidOptionValue', 'EINVAL', 'IMMEDIATE'],
      [{ routingId: '' }, 'InvalidOptionValue', 'EINVAL', 'ROUTING_ID'],
      [{ routingId: Buffer.alloc(256) }, 'InvalidOptionValue', 'EINVAL', 'ROUTING_ID'],
      [{ mandatory: true }, 'InvalidOption', 'EINVAL', 'ROUTER'],
      [{ type: 8 }, 'InvalidOption', 'EINVAL', 'TYPE'],
      [{ useFd: 1 }, 'UnsupportedOption', 'ENOTSUP', 'USE_FD'],
    ];
    for (const [options, code, errno, says] of refusals) {
      expect(thrown(make(options), code, errno).message).toContain(says);
    }
  });

  test('a Context SHALL refuse options that make no sense', () => {
    for (const mailboxCapacity of [0, -1, 1.5, Number.NaN]) {
      thrown(() => new Context({ mailboxCapacity }), 'InvalidArgument', 'EINVAL');
    }
    thrown(() => new Context({ modules: [{} as never] }), 'InvalidArgument', 'EINVAL');
    const { message } = thrown(() => new Context({ uring: true as never }), 'InvalidArgument', 'EINVAL');
    expect(message).toBe('The option `uring` of a Context is false, or an object, not boolean.');
  });

  test('the options of another socket SHALL be refused as a whole: they are no properties, and nothing would be taken', () => {
    const { options } = ground.socket('PUSH', { sendHighWaterMark: 7 });
    thrown(() => ground.context.socket('PUSH', options), 'InvalidArgument', 'EINVAL');
    expect(thrown(() => new Context({ defaults: options }), 'InvalidArgument', 'EINVAL').message).toMatch(/name those/);
  });

  test('a Context SHALL refuse options that it does not have, and say where those of sockets go', () => {
    for (const wrong of [{ linger: 0 }, { default: {} }, { toString: 1 }]) {
      const { message } = thrown(() => new Context(wrong as object), 'InvalidArgument', 'EINVAL');
      expect(message).toContain(`no option "${Object.keys(wrong)[0]}"`);
      expect(message).toContain('`defaults`');
    }
  });

  test('a Context SHALL refuse defaults that no socket could have', async () => {
    const made: Context[] = [];
    const make = (defaults: object) => () => {
      const wrong = context({ defaults });
      made.push(wrong);
      return wrong.socket('PUSH');
    };
    thrown(make({ sendHighWaterMark: -1 }), 'InvalidOptionValue', 'EINVAL');
    thrown(make({ noSuchOption: 1 }), 'InvalidOption', 'EINVAL');
    await Promise.all(made.map((wrong) => wrong.term()));
  });
});

describe('messages that cannot be sent', () => {
  const ground = useGround();

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a boolean', true],
    ['an object', {}],
    ['a list without frames', []],
    ['a list with a number', ['a', 5]],
    ['a list in a list', [['a']]],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['numbers of 16 bits', new Uint16Array(3)],
  ])('%s SHALL be refused, by every way to send', async (_, message) => {
    const [push, pull] = [untyped(ground.socket('PUSH')), ground.socket('PULL')];
    await ground.join(INPROC, pull, push);
    await rejected(push.send(message as never), 'InvalidMessage', 'EINVAL');
    await rejected(push.sendMultipart(message as never), 'InvalidMessage', 'EINVAL');
    thrown(() => push.trySend(message as never), 'InvalidMessage', 'EINVAL');
    await push.send('proper');
    expect(await receive(pull)).toEqual(['proper']);
  });

  test('a single frame SHALL NOT be taken for a list of frames', async () => {
    const push = untyped(ground.socket('PUSH'));
    await rejected(push.sendMultipart('text' as never), 'InvalidMessage', 'EINVAL');
    await rejected(push.sendMultipart(Buffer.from('bytes') as never), 'InvalidMessage', 'EINVAL');
  });

  test('a wrong message SHALL NOT change the state of a REQ', async () => {
    const [req, rep] = [ground.socket('REQ'), ground.socket('REP')];
    await ground.join(INPROC, rep, req);
    await rejected(req.send([] as never), 'InvalidMessage', 'EINVAL');
    await req.send('proper');
    expect(await receive(rep)).toEqual(['proper']);
  });

  test('the error SHALL say what it was, and for memory of another form how to send it', () => {
    const says = (content: unknown): string =>
      thrown(() => new Msg(content as never), 'InvalidMessage', 'EINVAL').message;
    expect(says(new ArrayBuffer(3))).toMatch(/an object of the class ArrayBuffer.*new Uint8Array\(it\)/);
    expect(says(new SharedArrayBuffer(3))).toMatch(/SharedArrayBuffer.*new Uint8Array\(it\)/);
    expect(says(new Uint16Array(3))).toMatch(/Uint16Array.*new Uint8Array\(it\.buffer/);
    expect(says(new DataView(new ArrayBuffer(3)))).toMatch(/DataView.*new Uint8Array\(it\.buffer/);
    expect(says(new Date())).toMatch(/class Date: a frame is a Msg, a string or a Uint8Array\.$/);
    for (const plain of [{}, Object.create(null)]) expect(says(plain)).toMatch(/Cannot send an object:/);
  });

  test('a group that is none SHALL be told what is wrong with it', () => {
    const dish = ground.socket('DISH');
    const says = (group: unknown): string =>
      thrown(() => dish.join(group as string), 'InvalidArgument', 'EINVAL').message;
    expect([says('x'.repeat(256)), says('a\0'), says(5), says(null)]).toEqual([
      'A group has at most 255 bytes, none of them 0: this one has 256.',
      'A group has at most 255 bytes, none of them 0: this one has a byte 0.',
      'A group is a string or a Uint8Array, not number.',
      'A group is a string or a Uint8Array, not null.',
    ]);
  });

  test('a Msg SHALL be made of text or bytes only', () => {
    for (const content of [5, {}, [], null, true]) thrown(() => new Msg(content as never), 'InvalidMessage', 'EINVAL');
    expect(new Msg().size).toBe(0);
  });

  test('a signal that is none SHALL be refused', async () => {
    const dealer = untyped(ground.socket('DEALER'));
    for (const signal of [{}, 'abort', 5, null]) {
      const options = { signal: signal as never };
      const calls = [
        () => dealer.recv(options),
        () => dealer.recvMultipart(options),
        () => dealer.recvMany(1, options),
        () => dealer.send('x', options),
        () => dealer.sendMultipart(['x'], options),
      ];
      for (const call of calls) await rejected(call(), 'InvalidArgument', 'EINVAL');
    }
  });

  test('options that would be overheard SHALL be refused: a bare signal, a flag, a timeout', async () => {
    const dealer = untyped(ground.socket('DEALER'));
    for (const options of [new AbortController().signal, 2, 'group', { timeout: 5 }]) {
      const calls = [
        () => dealer.recv(options as never),
        () => dealer.recvMultipart(options as never),
        () => dealer.recvMany(1, options as never),
        () => dealer.send('x', options as never),
        () => dealer.sendMultipart(['x'], options as never),
      ];
      for (const call of calls) await rejected(call(), 'InvalidArgument', 'EINVAL');
    }
    const { message } = await rejected(dealer.recv({ timeout: 5 } as never), 'InvalidArgument', 'EINVAL');
    expect(message).toMatch(/AbortSignal\.timeout/);
  });
});

describe('options that cannot be set or read', () => {
  const ground = useGround();

  test.each<[string, number, unknown, ZmqErrorCode, string]>([
    ['an option that does not exist', 999_999, 1, 'InvalidOption', 'EINVAL'],
    ['an option of another type', SocketOption.SUBSCRIBE, 'x', 'InvalidOption', 'EINVAL'],
    ['an option that can only be read', SocketOption.TYPE, 1, 'InvalidOption', 'EINVAL'],
    ['a value out of range', SocketOption.SNDHWM, -1, 'InvalidOptionValue', 'EINVAL'],
    ['a value of another kind', SocketOption.SNDHWM, 'many', 'InvalidOptionValue', 'EINVAL'],
    ['bytes of another size', SocketOption.SNDHWM, Buffer.alloc(3), 'InvalidOptionValue', 'EINVAL'],
    ['an option that Node cannot honour', SocketOption.USE_FD, 1, 'UnsupportedOption', 'ENOTSUP'],
  ])('setOption of %s SHALL be refused', async (_, option, value, code, errno) => {
    const push = ground.socket('PUSH');
    await rejected(push.setOption(option, value as number), code, errno);
    expect(push.options.sendHighWaterMark).toBe(1000);
  });

  test.each<[string, number, ZmqErrorCode, string]>([
    ['an option that does not exist', -1, 'InvalidOption', 'EINVAL'],
    ['an option of another type', SocketOption.TOPICS_COUNT, 'InvalidOption', 'EINVAL'],
    ['an option that can only be set', SocketOption.PROBE_ROUTER, 'InvalidOption', 'EINVAL'],
    ['an option that Node cannot honour', SocketOption.FD, 'UnsupportedOption', 'ENOTSUP'],
  ])('getOption of %s SHALL be refused', async (_, option, code, errno) => {
    await rejected(ground.socket('PUSH').getOption(option), code, errno);
  });

  test('a property SHALL be refused in the same way, and a wrong name altogether', () => {
    const { options } = ground.socket('PUSH');
    thrown(() => (options.linger = -2), 'InvalidOptionValue', 'EINVAL');
    thrown(() => (options.mandatory = true), 'InvalidOption', 'EINVAL');
    thrown(() => ((options as { type: number }).type = 5), 'InvalidOption', 'EINVAL');
    const anyName = options as unknown as Record<string, unknown>;
    expect(thrown(() => (anyName['lingre'] = 5), 'InvalidOption', 'EINVAL').message).toContain('lingre');
    expect(anyName['lingre']).toBeUndefined();
    expect(options.linger).toBe(0);
  });

  test('a wrong name SHALL be refused in code that is not strict, where a frozen object would say nothing', () => {
    const { options } = ground.socket('PUSH');
    const assign = (): unknown => runInNewContext('options.lingre = 5', { options });
    thrown(assign, 'InvalidOption', 'EINVAL');
  });

  test('subscribing on a PUB SHALL be told of the SUB, and on an XPUB of manual', () => {
    const [pub, xpub] = [untyped(ground.socket('PUB')), untyped(ground.socket('XPUB'))];
    expect(thrown(() => pub.subscribe('x'), 'InvalidOption', 'EINVAL').message).toMatch(/is for a SUB/);
    expect(thrown(() => xpub.subscribe('x'), 'InvalidOption', 'EINVAL').message).toMatch(/manual/);
  });
});

describe('too many commands', () => {
  test('a socket SHALL refuse commands beyond the capacity of its mailbox, and serve the others', async () => {
    const own = new Context({ mailboxCapacity: 4, defaults: { linger: 0 } });
    const pair = own.socket('DEALER');
    const calls = await Promise.allSettled(Array.from({ length: 6 }, (_, index) => pair.connect(`inproc://${index}`)));
    const reasons = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as unknown] : []));
    expect(reasons).toHaveLength(2);
    for (const reason of reasons) checkError(reason, 'ResourceLimitReached', 'EAGAIN');
    await pair.connect('inproc://later');
    await own.term();
  });
});

describe('ZmqError', () => {
  test('it SHALL be an Error with a code, libzmq’s name, and the facts', () => {
    const cause = new Error('below');
    const error = new ZmqError('AddrInUse', 'Cannot bind.', { endpoint: 'tcp://*:1', cause, fatal: true });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(ZmqError);
    expect(error).toMatchObject({
      name: 'ZmqError',
      message: 'Cannot bind.',
      code: 'AddrInUse',
      errno: 'EADDRINUSE',
      endpoint: 'tcp://*:1',
      fatal: true,
      cause,
    });
    expect(new ZmqError('IoError', 'x', { errno: 'EMFILE' })).toMatchObject({ errno: 'EMFILE', fatal: false });
    expect(new ZmqError('Aborted', 'x').name).toBe('AbortError');
    expect(new Error('x')).not.toBeInstanceOf(ZmqError);
  });
});
