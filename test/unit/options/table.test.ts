import { describe, expect, it } from '@jest/globals';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { OptionDefinition } from '../../../src/core/options/definition.js';
import { SocketOption } from '../../../src/core/options/numbers.js';
import { parseOptionValue } from '../../../src/core/options/parse.js';
import {
  defaultOf,
  findOptionByConstant,
  findOptionById,
  findOptionByProperty,
  OPTIONS,
} from '../../../src/core/options/table.js';
import { SocketType } from '../../../src/core/socket-type.js';

/** Typed by hand from zmq.h, not from our table. */
const LIBZMQ: Readonly<Record<string, number>> = {
  AFFINITY: 4,
  ROUTING_ID: 5,
  SUBSCRIBE: 6,
  UNSUBSCRIBE: 7,
  RATE: 8,
  RECOVERY_IVL: 9,
  SNDBUF: 11,
  RCVBUF: 12,
  RCVMORE: 13,
  FD: 14,
  EVENTS: 15,
  TYPE: 16,
  LINGER: 17,
  RECONNECT_IVL: 18,
  BACKLOG: 19,
  RECONNECT_IVL_MAX: 21,
  MAXMSGSIZE: 22,
  SNDHWM: 23,
  RCVHWM: 24,
  MULTICAST_HOPS: 25,
  RCVTIMEO: 27,
  SNDTIMEO: 28,
  IPV4ONLY: 31,
  LAST_ENDPOINT: 32,
  ROUTER_MANDATORY: 33,
  TCP_KEEPALIVE: 34,
  TCP_KEEPALIVE_CNT: 35,
  TCP_KEEPALIVE_IDLE: 36,
  TCP_KEEPALIVE_INTVL: 37,
  TCP_ACCEPT_FILTER: 38,
  IMMEDIATE: 39,
  XPUB_VERBOSE: 40,
  ROUTER_RAW: 41,
  IPV6: 42,
  MECHANISM: 43,
  PLAIN_SERVER: 44,
  PLAIN_USERNAME: 45,
  PLAIN_PASSWORD: 46,
  CURVE_SERVER: 47,
  CURVE_PUBLICKEY: 48,
  CURVE_SECRETKEY: 49,
  CURVE_SERVERKEY: 50,
  PROBE_ROUTER: 51,
  REQ_CORRELATE: 52,
  REQ_RELAXED: 53,
  CONFLATE: 54,
  ZAP_DOMAIN: 55,
  ROUTER_HANDOVER: 56,
  TOS: 57,
  IPC_FILTER_PID: 58,
  IPC_FILTER_UID: 59,
  IPC_FILTER_GID: 60,
  CONNECT_ROUTING_ID: 61,
  GSSAPI_SERVER: 62,
  HANDSHAKE_IVL: 66,
  SOCKS_PROXY: 68,
  XPUB_NODROP: 69,
  XPUB_MANUAL: 71,
  XPUB_WELCOME_MSG: 72,
  STREAM_NOTIFY: 73,
  INVERT_MATCHING: 74,
  HEARTBEAT_IVL: 75,
  HEARTBEAT_TTL: 76,
  HEARTBEAT_TIMEOUT: 77,
  XPUB_VERBOSER: 78,
  CONNECT_TIMEOUT: 79,
  TCP_MAXRT: 80,
  THREAD_SAFE: 81,
  USE_FD: 89,
  BINDTODEVICE: 92,
  ZAP_ENFORCE_DOMAIN: 93,
  METADATA: 95,
  ROUTER_NOTIFY: 97,
  ONLY_FIRST_SUBSCRIBE: 108,
  RECONNECT_STOP: 109,
  XSUB_VERBOSE_UNSUBSCRIBE: 115,
  TOPICS_COUNT: 116,
  NORM_PUSH: 124,
};

const byName = (option: OptionDefinition): [string, OptionDefinition] => [option.name, option];

describe('the table of socket options', () => {
  it.each(Object.entries(LIBZMQ))('%s has the number of libzmq, %i', (name, id) => {
    expect(findOptionByConstant(name)?.id).toBe(id);
    expect(findOptionByConstant(`ZMQ_${name}`)).toBe(findOptionById(id));
  });

  it('has each number, name and property once', () => {
    const names = OPTIONS.flatMap((option) => [option.name, ...option.aliases]);
    expect(new Set(OPTIONS.map((option) => option.id)).size).toBe(OPTIONS.length);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(OPTIONS.map((option) => option.property)).size).toBe(OPTIONS.length);
  });

  it('agrees with the constants, name by name', () => {
    const fromTable = OPTIONS.flatMap((option) => [option.name, ...option.aliases].map((name) => [name, option.id]));
    expect({ ...SocketOption }).toEqual(Object.fromEntries(fromTable));
  });

  it('keeps the numbers of rzmq from 1000 up apart from those of libzmq', () => {
    for (const { id } of OPTIONS) expect(id < 125 || id >= 1000).toBe(true);
  });

  it.each(Object.values(SocketType))('has a row for every setting of a %s, and a setting for every row', (type) => {
    const rows = OPTIONS.filter((option) => option.role === 'value' && option.support.honoured);
    const values = defaultValues(type);
    // Beside the settings: what follows from several of them.
    const properties = ['securityMechanism', ...rows.map((option) => option.property)];
    expect(Object.keys(values).sort()).toEqual(properties.sort());
    for (const option of rows) {
      expect(values[option.property as keyof typeof values]).toEqual(defaultOf(option, type));
    }
  });

  it.each(OPTIONS.map(byName))(
    '%s has a default that its own rule allows, or says that it cannot be set',
    (_, option) => {
      for (const type of Object.values(SocketType)) {
        const value = defaultOf(option, type);
        if (option.rule.form === 'none') continue;
        if (option.defaultMeansUnset) expect(() => parseOptionValue(option, value)).toThrow(/allowed is/);
        else expect(parseOptionValue(option, value)).toEqual(value);
      }
    },
  );

  it.each(OPTIONS.map(byName))('%s is complete in itself', (_, option) => {
    expect(option.doc).toMatch(/^([A-Z0-9]|libzmq's ).*\.$/);
    expect(option.name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    expect(option.property).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect(findOptionByProperty(option.property)).toBe(option);
    expect(option.effect === 'never').toBe(!option.support.honoured || option.role === 'reading');
    expect(option.read !== undefined).toBe(option.role === 'reading');
    expect(option.perform !== undefined).toBe(option.role === 'action');
    if (option.kind === 'bool') expect(['flag', 'none']).toContain(option.rule.form);
  });
});
