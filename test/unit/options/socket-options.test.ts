import { describe, expect, it } from '@jest/globals';
import { ZmqError, type ZmqErrorCode } from '../../../src/core/errors.js';
import type { OptionDefinition, OptionValue } from '../../../src/core/options/definition.js';
import type { IOptionHost } from '../../../src/core/options/host.js';
import type { SocketOptionsInit } from '../../../src/core/options/inputs.js';
import { SocketOption } from '../../../src/core/options/numbers.js';
import { checkSocketOptions, needsUring, SocketOptions } from '../../../src/core/options/socket-options.js';
import { defaultOf, OPTIONS } from '../../../src/core/options/table.js';
import { SOCKET_TYPE_NUMBER, SocketType } from '../../../src/core/socket-type.js';

const refused = OPTIONS.filter(({ support }) => !support.honoured).map((option): [string, OptionDefinition] => [
  option.name,
  option,
]);

function expectError(code: ZmqErrorCode, text: string | RegExp, run: () => void): void {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(ZmqError);
  expect((caught as ZmqError).code).toBe(code);
  expect((caught as ZmqError).message).toMatch(text);
}

class Host implements IOptionHost {
  public readonly heard: string[] = [];
  public events = 3;
  public receiveMore = true;
  public lastEndpoint = 'tcp://127.0.0.1:5555';
  public topicsCount = 7;

  public subscribe(topic: Buffer): void {
    this.heard.push(`+${topic.toString()}`);
  }

  public unsubscribe(topic: Buffer): void {
    this.heard.push(`-${topic.toString()}`);
  }

  public changed(property: string): void {
    this.heard.push(property);
  }
}

function withHost(type: string): { options: SocketOptions; host: Host } {
  const options = new SocketOptions(type);
  const host = new Host();
  options.attachHost(host);
  return { options, host };
}

describe('a refused option', () => {
  it.each(refused)('%s says why, when it is set or read, by number and by name', (_, option) => {
    const reason = option.support.honoured ? '' : option.support.reason;
    expect(reason.length).toBeGreaterThan(20);
    expect(reason).toMatch(/^[A-Z].*\.$|^node:net .*\.$/);
    const options = new SocketOptions(option.types === 'all' ? 'DEALER' : option.types[0]!);
    const value = defaultOf(option, 'DEALER') as Exclude<OptionValue, readonly string[]>;
    const always = 'with every value, its default too';
    expectError('UnsupportedOption', reason, () => options.get(option.id));
    expectError('UnsupportedOption', reason, () => options.getByName(option.property));
    expectError('UnsupportedOption', always, () => options.set(option.id, value));
    expectError('UnsupportedOption', reason, () => options.setByName(option.property, value));
    expectError('UnsupportedOption', option.name, () => checkSocketOptions({ [option.property]: value }));
    expect(options.has(option.property)).toBe(false);
  });

  it('is every option but the ones that this version honours', () => {
    const honoured = `ROUTING_ID LINGER BACKLOG MAXMSGSIZE SNDHWM RCVHWM RCVTIMEO SNDTIMEO IMMEDIATE CONFLATE
      RCVMORE EVENTS TYPE LAST_ENDPOINT MECHANISM THREAD_SAFE TOPICS_COUNT SUBSCRIBE UNSUBSCRIBE
      ROUTER_MANDATORY ROUTER_HANDOVER PROBE_ROUTER REQ_CORRELATE REQ_RELAXED CONNECT_ROUTING_ID
      XPUB_VERBOSE XPUB_VERBOSER XPUB_NODROP XPUB_MANUAL XPUB_WELCOME_MSG
      INVERT_MATCHING ONLY_FIRST_SUBSCRIBE XSUB_VERBOSE_UNSUBSCRIBE
      RECONNECT_IVL RECONNECT_IVL_MAX RECONNECT_STOP CONNECT_TIMEOUT HANDSHAKE_IVL
      HEARTBEAT_IVL HEARTBEAT_TTL HEARTBEAT_TIMEOUT
      IPV6 IPV4ONLY TCP_KEEPALIVE TCP_KEEPALIVE_IDLE TCP_ACCEPT_FILTER METADATA MAX_CONNECTIONS
      PLAIN_SERVER PLAIN_USERNAME PLAIN_PASSWORD CURVE_SERVER CURVE_PUBLICKEY CURVE_SECRETKEY CURVE_SERVERKEY CURVE_PREVIOUS_SECRETKEYS
      ZAP_DOMAIN ZAP_ENFORCE_DOMAIN
      ROUTER_NOTIFY XPUB_MANUAL_LAST_VALUE HELLO_MSG DISCONNECT_MSG HICCUP_MSG
      ROUTER_RAW STREAM_NOTIFY
      SNDBUF RCVBUF TOS TCP_KEEPALIVE_CNT TCP_KEEPALIVE_INTVL TCP_MAXRT BINDTODEVICE PRIORITY BUSY_POLL TCP_CORK
      IO_URING_SESSION_ENABLED IO_URING_SNDZEROCOPY IO_URING_RCVMULTISHOT IO_URING_ZC_SEND_THRESHOLD
      ALLOW_ZMTP2 MAX_HANDSHAKES MAX_HANDSHAKE_SIZE MAX_COMMAND_SIZE MAX_SUBSCRIPTIONS
      SEND_HIGH_WATER_MARK_BYTES RECEIVE_HIGH_WATER_MARK_BYTES`.split(/\s+/);
    const names = OPTIONS.filter(({ support }) => support.honoured).map(({ name }) => name);
    expect(names.sort()).toEqual(honoured.sort());
  });
});

describe('an option that needs the io_uring engine', () => {
  const needing = OPTIONS.filter(({ support }) => support.honoured && support.otherwise !== undefined);

  it('is one that node:net has no call for', () => {
    const names = `SNDBUF RCVBUF TOS TCP_KEEPALIVE_CNT TCP_KEEPALIVE_INTVL TCP_MAXRT BINDTODEVICE PRIORITY BUSY_POLL
      TCP_CORK`.split(/\s+/);
    expect(needing.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it.each(needing.map((option): [string, OptionDefinition] => [option.name, option]))(
    '%s is refused with every value until io_uring is asked for, and then not',
    (_, option) => {
      const value = defaultOf(option, 'DEALER') as Exclude<OptionValue, readonly string[]>;
      const options = new SocketOptions('DEALER');
      expectError('UnsupportedOption', 'node:net', () => options.set(option.id, value));
      expectError('UnsupportedOption', 'ioUringSessionEnabled', () => options.setByName(option.property, value));
      expectError('UnsupportedOption', option.name, () => checkSocketOptions({ [option.property]: value }));
      expect(options.has(option.property)).toBe(false);
      options.set(1175, 1);
      options.set(option.id, value);
      expect(options.has(option.property)).toBe(true);
      expect(needsUring(options.values)).toBeUndefined();
      // Whatever their order is.
      const init = { [option.property]: value, ioUringSessionEnabled: true };
      checkSocketOptions(init);
      expect(new SocketOptions('DEALER', init).values).toEqual(new SocketOptions('DEALER', {}, init).values);
    },
  );

  it('is told by name where it is not as usual', () => {
    const options = new SocketOptions('DEALER', {}, { typeOfService: 8, tcpCork: true, ioUringSessionEnabled: true });
    expect(needsUring(options.values)).toBe('TOS (typeOfService), TCP_CORK (tcpCork)');
  });
});

describe('an option that is not there', () => {
  it('is refused by number and by name', () => {
    const options = new SocketOptions('PAIR');
    for (const id of [0, -1, 10, 125, 999, Number.NaN]) {
      expectError('InvalidOption', `There is no socket option ${id}`, () => options.get(id));
      expectError('InvalidOption', `There is no socket option ${id}`, () => options.set(id, 1));
    }
    for (const name of ['hwm', '__proto__', 'constructor', '']) {
      expectError('InvalidOption', JSON.stringify(name), () => options.getByName(name));
      expectError('InvalidOption', JSON.stringify(name), () => options.setByName(name, 1));
      expect(options.has(name)).toBe(false);
    }
  });

  it('gets a hint when the name is a constant of libzmq', () => {
    const options = new SocketOptions('PAIR');
    expectError('InvalidOption', 'by name it is sendHighWaterMark', () => options.setByName('SNDHWM', 1));
    expectError('InvalidOption', 'by name it is routingId', () => options.setByName('ZMQ_IDENTITY', 'x'));
  });

  it('is one of another socket type', () => {
    const options = new SocketOptions('DEALER');
    expectError('InvalidOption', 'an option of REQ only', () => options.set(SocketOption.REQ_RELAXED, true));
    expectError('InvalidOption', 'an option of ROUTER, REP only', () => options.getByName('mandatory'));
    expectError('InvalidOption', 'SUBSCRIBE', () => options.set(SocketOption.SUBSCRIBE, ''));
    expectError('InvalidOption', 'TOPICS_COUNT', () => options.get(SocketOption.TOPICS_COUNT));
    expect(options.has('relaxed')).toBe(false);
  });

  it('is never one of a socket type that a module added', () => {
    const options = new SocketOptions('GOSSIP', {}, { mandatory: true, relaxed: true });
    expect(options.values.mandatory && options.values.relaxed).toBe(true);
    expect(options.get(SocketOption.TYPE)).toBe(-1);
  });
});

describe('what can only be read', () => {
  it.each(Object.values(SocketType))('is asked of a %s', (type) => {
    const { options } = withHost(type);
    expect(options.get(SocketOption.TYPE)).toBe(SOCKET_TYPE_NUMBER[type]);
    expect(options.get(SocketOption.EVENTS)).toBe(3);
    expect(options.get(SocketOption.RCVMORE)).toBe(true);
    expect(options.get(SocketOption.LAST_ENDPOINT)).toBe('tcp://127.0.0.1:5555');
    expect(options.get(SocketOption.MECHANISM)).toBe(0);
    expect(options.get(SocketOption.THREAD_SAFE)).toBe(SOCKET_TYPE_NUMBER[type] > 11);
    expect(options.getByName('events')).toBe(3);
  });

  it('counts topics on the types that have some', () => {
    for (const type of ['SUB', 'XSUB', 'PUB', 'XPUB']) {
      expect(withHost(type).options.get(SocketOption.TOPICS_COUNT)).toBe(7);
    }
  });

  it('is there before the socket is, and empty', () => {
    const options = new SocketOptions('SUB');
    expect(options.getByName('lastEndpoint')).toBe('');
    expect(options.getByName('events')).toBe(0);
    expect(options.getByName('receiveMore')).toBe(false);
    expect(options.getByName('topicsCount')).toBe(0);
    expectError('Internal', 'complete', () => options.set(SocketOption.SUBSCRIBE, ''));
  });

  it('cannot be set', () => {
    const { options, host } = withHost('SUB');
    for (const id of [SocketOption.EVENTS, SocketOption.TYPE, SocketOption.LAST_ENDPOINT, SocketOption.TOPICS_COUNT]) {
      expectError('InvalidOption', 'can only be read', () => options.set(id, 1));
    }
    expect(host.heard).toEqual([]);
  });
});

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  it('are done by the socket, with bytes of its own', () => {
    const { options, host } = withHost('SUB');
    const topic = Buffer.from('b');
    options.set(SocketOption.SUBSCRIBE, 'a');
    options.set(SocketOption.SUBSCRIBE, topic);
    options.set(SocketOption.SUBSCRIBE, '');
    options.setByName('unsubscribe', 'a');
    expect(host.heard).toEqual(['+a', '+b', '+', '-a']);
  });

  it('refuse anything but text and bytes', () => {
    const { options, host } = withHost('SUB');
    for (const value of [null, 1, true]) {
      expectError('InvalidOptionValue', 'SUBSCRIBE', () => options.set(SocketOption.SUBSCRIBE, value));
    }
    expect(host.heard).toEqual([]);
  });

  it('cannot be read', () => {
    const { options } = withHost('SUB');
    expectError('InvalidOption', 'only be set', () => options.get(SocketOption.SUBSCRIBE));
    expectError('InvalidOption', 'not a value', () => options.getByName('subscribe'));
  });

  it.each(['PUB', 'XPUB'])('need XPUB_MANUAL on %s', (type) => {
    const { options, host } = withHost(type);
    expectError('InvalidOption', 'XPUB_MANUAL', () => options.set(SocketOption.SUBSCRIBE, 'a'));
    expectError('InvalidOption', 'XPUB_MANUAL', () => options.set(SocketOption.UNSUBSCRIBE, 'a'));
    options.set(SocketOption.XPUB_MANUAL, 1);
    options.set(SocketOption.SUBSCRIBE, 'a');
    options.set(SocketOption.UNSUBSCRIBE, 'a');
    expect(host.heard).toEqual(['manual', '+a', '-a']);
  });
});

describe('XPUB_VERBOSE and XPUB_VERBOSER', () => {
  it('go together as in libzmq, and the socket hears of both', () => {
    const { options, host } = withHost('XPUB');
    const state = (): boolean[] => [options.values.xpubVerbose, options.values.xpubVerboser];
    options.set(SocketOption.XPUB_VERBOSER, 1);
    expect(state()).toEqual([true, true]);
    options.set(SocketOption.XPUB_VERBOSE, 1);
    expect(state()).toEqual([true, false]);
    options.setByName('xpubVerboser', true);
    options.setByName('xpubVerbose', false);
    expect(state()).toEqual([false, false]);
    options.set(SocketOption.XPUB_VERBOSE, 1);
    options.set(SocketOption.XPUB_VERBOSER, 0);
    expect(state()).toEqual([false, false]);
    expect(host.heard.slice(0, 2)).toEqual(['xpubVerboser', 'xpubVerbose']);
  });
});

describe('IPV4ONLY', () => {
  it('is IPV6, turned round', () => {
    const { options, host } = withHost('DEALER');
    expect(options.get(SocketOption.IPV4ONLY)).toBe(true);
    options.set(SocketOption.IPV4ONLY, 0);
    expect(options.values.ipv6).toBe(true);
    expect(options.getByName('ipv4Only')).toBe(false);
    options.set(SocketOption.IPV6, false);
    expect(options.get(SocketOption.IPV4ONLY)).toBe(true);
    expect(host.heard).toEqual(['ipv6', 'ipv6']);
  });
});

describe('CONNECT_ROUTING_ID', () => {
  it('is kept until whoever uses it puts null back', () => {
    const options = new SocketOptions('ROUTER');
    options.set(SocketOption.CONNECT_ROUTING_ID, 'peer');
    expect(options.values.connectRoutingId).toEqual(Buffer.from('peer'));
    options.values.connectRoutingId = null;
    expect(options.getByName('connectRoutingId')).toBeNull();
  });
});

describe('the socket', () => {
  it('hears of every successful change, and of no other', () => {
    const { options, host } = withHost('ROUTER');
    options.set(SocketOption.SNDHWM, 5);
    options.set(SocketOption.SNDHWM, 5);
    options.setByName('mandatory', true);
    expect(() => options.set(SocketOption.SNDHWM, -1)).toThrow(ZmqError);
    expect(host.heard).toEqual(['sendHighWaterMark', 'sendHighWaterMark', 'mandatory']);
  });

  it('is named once', () => {
    const { options } = withHost('PAIR');
    expectError('Internal', 'second socket', () => options.attachHost(new Host()));
  });
});

describe('a snapshot', () => {
  it('stays as it was, and cannot be changed', () => {
    const options = new SocketOptions('ROUTER', {}, { metadata: 'X-a:1', routingId: 'one' });
    const snapshot = options.snapshot();
    options.setByName('metadata', 'X-b:2');
    options.setByName('routingId', 'two');
    options.setByName('linger', 9);
    expect(snapshot).toMatchObject({ metadata: ['X-a:1'], routingId: Buffer.from('one'), linger: -1 });
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(options.values)).toBe(false);
  });
});

describe('the settings of a new socket', () => {
  it('come before the defaults of its Context, and those before libzmq', () => {
    const defaults = { linger: 0, sendHighWaterMark: 5 };
    const options = new SocketOptions('PUSH', defaults, { sendHighWaterMark: 6 });
    expect(options.values).toMatchObject({ linger: 0, sendHighWaterMark: 6, receiveHighWaterMark: 1000 });
  });

  it('take from the defaults of a Context what their type has', () => {
    const defaults: SocketOptionsInit = { mandatory: true, relaxed: true, linger: 3 };
    expect(new SocketOptions('ROUTER', defaults).values).toMatchObject({ mandatory: true, relaxed: false, linger: 3 });
    expect(new SocketOptions('REQ', defaults).values).toMatchObject({ mandatory: false, relaxed: true, linger: 3 });
  });

  it('fail for one of another type, when they are meant for this very socket', () => {
    expectError('InvalidOption', 'REQ', () => new SocketOptions('DEALER', {}, { relaxed: true }));
  });

  it('are settings only', () => {
    const subscribe = { subscribe: 'a' } as SocketOptionsInit;
    expectError('InvalidOption', 'not a setting', () => new SocketOptions('SUB', {}, subscribe));
    expectError('InvalidOption', 'not a setting', () => new SocketOptions('PUSH', subscribe));
  });

  it('leave out what is undefined', () => {
    const init = { linger: undefined, unheardOf: undefined } as unknown as SocketOptionsInit;
    expect(new SocketOptions('PUSH', init, init).values.linger).toBe(-1);
  });

  it('fail for an unknown name in the defaults of a Context', () => {
    const defaults = { hwm: 1 } as unknown as SocketOptionsInit;
    expectError('InvalidOption', '"hwm"', () => new SocketOptions('PUSH', defaults));
    expectError('InvalidOption', '"hwm"', () => checkSocketOptions(defaults));
  });

  it('can be checked before there is a socket', () => {
    expect(() => checkSocketOptions({ linger: 0, mandatory: true, tcpAcceptFilter: ['10.0.0.0/8'] })).not.toThrow();
    expectError('InvalidOptionValue', 'LINGER', () => checkSocketOptions({ linger: -2 }));
    expectError('InvalidOption', 'not a setting', () => checkSocketOptions({ subscribe: '' } as SocketOptionsInit));
    expectError('InvalidOption', 'not a setting', () => checkSocketOptions({ events: 1 } as SocketOptionsInit));
  });
});
