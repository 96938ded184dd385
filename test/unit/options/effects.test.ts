import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { OPTIONS } from '../../../src/core/options/table.js';

const SPEC = 'spec/options-effect.test.ts';
const PLAYED = 'interop/behaviours';
const SETTINGS = 'unit/engines/uring-settings.test.ts';
const URING = 'di/uring.test.ts';
const HANDSHAKES = 'spec/rfc27-handshakes.test.ts';

/**
 * Where a test shows what an option does: the file, and words of the name of the test. The options that are refused are
 * tried one by one in socket-options.test.ts.
 */
const EFFECTS: Readonly<Record<string, readonly [file: string, words: string]>> = {
  ROUTING_ID: [SPEC, 'ROUTING_ID SHALL take effect at the next connect'],
  LINGER: [`${PLAYED}/queues.ts`, 'LINGER n: close() goes on for so long'],
  BACKLOG: [SPEC, 'BACKLOG SHALL be how many connections wait while nobody accepts them'],
  MAXMSGSIZE: [`${PLAYED}/connections.ts`, 'MAXMSGSIZE: the connection of a larger frame is closed'],
  SNDHWM: [`${PLAYED}/queues.ts`, 'SNDHWM: a PUSH whose peer is not there yet takes exactly so many messages'],
  RCVHWM: [SPEC, 'RCVHWM SHALL take effect at once'],
  RCVTIMEO: [SPEC, 'RCVTIMEO and SNDTIMEO SHALL take effect at the next call'],
  SNDTIMEO: [SPEC, 'RCVTIMEO and SNDTIMEO SHALL take effect at the next call'],
  IMMEDIATE: [`${PLAYED}/queues.ts`, 'IMMEDIATE 1: nothing is taken for a peer that is not there yet'],
  CONFLATE: [SPEC, 'CONFLATE SHALL keep only the newest message for a peer that is not there yet'],

  RCVMORE: [SPEC, 'the readings SHALL say how the socket is now'],
  EVENTS: [SPEC, 'the readings SHALL say how the socket is now'],
  TYPE: [SPEC, 'the readings SHALL say how the socket is now'],
  MECHANISM: [SPEC, 'the readings SHALL say how the socket is now'],
  THREAD_SAFE: [SPEC, 'the readings SHALL say how the socket is now'],
  LAST_ENDPOINT: ['spec/endpoints.test.ts', 'LAST_ENDPOINT SHALL be empty first'],
  TOPICS_COUNT: [`${PLAYED}/publishing.ts`, 'TOPICS_COUNT: distinct topics'],

  SUBSCRIBE: [SPEC, 'SUBSCRIBE and UNSUBSCRIBE SHALL do what subscribe and unsubscribe do'],
  UNSUBSCRIBE: [SPEC, 'SUBSCRIBE and UNSUBSCRIBE SHALL do what subscribe and unsubscribe do'],
  ROUTER_MANDATORY: [`${PLAYED}/routing.ts`, 'ROUTER_MANDATORY ${Number(mandatory)}: a message to nobody'],
  XPUB_VERBOSE: [`${PLAYED}/publishing.ts`, 'XPUB with ${what}: which subscriptions and ends of them it receives'],
  XPUB_VERBOSER: [`${PLAYED}/publishing.ts`, 'XPUB with ${what}: which subscriptions and ends of them it receives'],
  ROUTER_RAW: [`${PLAYED}/routing.ts`, 'ROUTER_RAW: bytes of any TCP peer'],
  PROBE_ROUTER: [`${PLAYED}/routing.ts`, 'PROBE_ROUTER: an empty message tells a ROUTER who has connected'],
  REQ_CORRELATE: [`${PLAYED}/routing.ts`, 'REQ_CORRELATE: four bytes before the delimiter'],
  REQ_RELAXED: [`${PLAYED}/routing.ts`, 'REQ_CORRELATE: a late reply is'],
  ROUTER_HANDOVER: [`${PLAYED}/routing.ts`, 'ROUTER_HANDOVER ${Number(handover)}: of two peers with one name'],
  CONNECT_ROUTING_ID: [`${PLAYED}/routing.ts`, 'CONNECT_ROUTING_ID: the peer of the next connect has that name'],
  XPUB_NODROP: [`${PLAYED}/publishing.ts`, 'XPUB_NODROP ${noDrop}: a message for a full subscriber'],
  XPUB_MANUAL: [`${PLAYED}/publishing.ts`, 'XPUB_MANUAL: a subscriber gets what the application subscribes it to'],
  XPUB_WELCOME_MSG: [`${PLAYED}/publishing.ts`, 'XPUB_WELCOME_MSG: the first message of a subscriber'],
  STREAM_NOTIFY: [`${PLAYED}/streams.ts`, 'STREAM_NOTIFY ${notify}:'],
  INVERT_MATCHING: [`${PLAYED}/publishing.ts`, 'INVERT_MATCHING on both ends'],
  ROUTER_NOTIFY: [`${PLAYED}/drafts.ts`, 'ROUTER_NOTIFY and DISCONNECT_MSG: a ROUTER receives who has come and gone'],
  XPUB_MANUAL_LAST_VALUE: [`${PLAYED}/publishing.ts`, 'XPUB_MANUAL_LAST_VALUE: the next message goes to the newcomer'],
  ONLY_FIRST_SUBSCRIBE: [`${PLAYED}/publishing.ts`, 'ONLY_FIRST_SUBSCRIBE ${onlyFirst}: which parts'],
  HELLO_MSG: [`${PLAYED}/drafts.ts`, 'HELLO_MSG is the first message of each new connection'],
  DISCONNECT_MSG: [`${PLAYED}/drafts.ts`, 'ROUTER_NOTIFY and DISCONNECT_MSG: a ROUTER receives who has come and gone'],
  HICCUP_MSG: [`${PLAYED}/drafts.ts`, 'HICCUP_MSG: who has connected receives that its peer is gone'],
  XSUB_VERBOSE_UNSUBSCRIBE: [`${PLAYED}/publishing.ts`, 'XSUB_VERBOSE_UNSUBSCRIBE ${verbose}: which ends'],

  RECONNECT_IVL: [`${PLAYED}/connections.ts`, 'RECONNECT_IVL: every attempt comes after one interval at least'],
  RECONNECT_IVL_MAX: [`${PLAYED}/connections.ts`, 'RECONNECT_IVL_MAX: the interval doubles up to it'],
  RECONNECT_STOP: [`${PLAYED}/connections.ts`, 'RECONNECT_STOP 1: a refused connection is not tried again'],
  CONNECT_TIMEOUT: ['unit/transports/tcp.test.ts', 'takes no longer than connectTimeout'],
  HANDSHAKE_IVL: [`${PLAYED}/events.ts`, 'says nothing (HANDSHAKE_IVL)'],
  HEARTBEAT_IVL: [`${PLAYED}/heartbeats.ts`, 'HEARTBEAT_IVL: PING is sent on time'],
  HEARTBEAT_TTL: [
    `${PLAYED}/heartbeats.ts`,
    'HEARTBEAT_TTL: a peer that has been silent for the time that it announced',
  ],
  HEARTBEAT_TIMEOUT: [`${PLAYED}/heartbeats.ts`, 'HEARTBEAT_TIMEOUT: a peer that has fallen silent is given up'],
  IPV6: ['unit/transports/tcp-address.test.ts', '%s without ipv6 is ENODEV'],
  IPV4ONLY: ['unit/options/socket-options.test.ts', 'is IPV6, turned round'],
  TCP_KEEPALIVE: ['unit/transports/tcp.test.ts', 'tcpKeepalive %s with tcpKeepaliveIdle %s'],
  TCP_KEEPALIVE_IDLE: ['unit/transports/tcp.test.ts', 'tcpKeepalive %s with tcpKeepaliveIdle %s'],
  TCP_ACCEPT_FILTER: [`${PLAYED}/connections.ts`, 'TCP_ACCEPT_FILTER ${tcpAcceptFilter}: a peer of this machine is'],
  METADATA: [`${PLAYED}/connections.ts`, 'METADATA: properties of its own stand in READY'],

  PLAIN_SERVER: ['interop/authentication.test.ts', '%s: are let in, and every message says whose it is'],
  PLAIN_USERNAME: ['interop/authentication.test.ts', '%s: are refused with 400, and do not come again'],
  PLAIN_PASSWORD: ['interop/authentication.test.ts', '%s: are refused with 400, and do not come again'],
  CURVE_SERVER: ['spec/rfc26-curve.test.ts', 'carries messages both ways, whoever binds'],
  CURVE_PUBLICKEY: ['unit/options/security.test.ts', 'which mechanism a socket has: the last setting counts'],
  CURVE_SECRETKEY: ['spec/rfc26-curve.test.ts', 'carries messages both ways, whoever binds'],
  CURVE_SERVERKEY: ['spec/rfc26-curve.test.ts', 'fails at a server with another key, and is tried again'],
  CURVE_PREVIOUS_SECRETKEYS: ['spec/curve-rotation.test.ts', 'lets in clients that know it by any of its keys'],
  ZAP_DOMAIN: [HANDSHAKES, 'asks too, when it has NULL and a domain'],
  ZAP_ENFORCE_DOMAIN: ['unit/engines/admission.test.ts', '%s, a handler is bound: %s'],

  SNDBUF: [SETTINGS, 'SNDBUF'],
  RCVBUF: [SETTINGS, 'RCVBUF'],
  TCP_KEEPALIVE_CNT: [SETTINGS, 'TCP_KEEPALIVE_IDLE, TCP_KEEPALIVE_INTVL and TCP_KEEPALIVE_CNT'],
  TCP_KEEPALIVE_INTVL: [SETTINGS, 'TCP_KEEPALIVE_IDLE, TCP_KEEPALIVE_INTVL and TCP_KEEPALIVE_CNT'],
  TCP_MAXRT: [SETTINGS, 'TCP_MAXRT'],
  TOS: [SETTINGS, 'TOS of IPv6 packets too'],
  PRIORITY: [SETTINGS, 'PRIORITY'],
  BUSY_POLL: [SETTINGS, 'BUSY_POLL'],
  BINDTODEVICE: [SETTINGS, 'BINDTODEVICE'],
  TCP_CORK: [URING, 'are refused, each by its name, where there is no io_uring'],
  IO_URING_SESSION_ENABLED: [URING, 'is served by node:net where there is none'],
  IO_URING_SNDZEROCOPY: [URING, 'zeroCopy is what the sockets of the Context begin with'],
  IO_URING_ZC_SEND_THRESHOLD: [URING, 'what only steers the ring is accepted, and does nothing else'],
  IO_URING_RCVMULTISHOT: [URING, 'what only steers the ring is accepted, and does nothing else'],

  MAX_CONNECTIONS: [SPEC, 'MAX_CONNECTIONS SHALL close connections beyond it'],
  ALLOW_ZMTP2: [SPEC, 'ALLOW_ZMTP2 SHALL say whether peers of ZMTP 2.0 and 1.0 are talked to'],
  MAX_HANDSHAKES: [SPEC, 'MAX_HANDSHAKES SHALL NOT count those that are through'],
  MAX_HANDSHAKE_SIZE: [SPEC, 'MAX_HANDSHAKE_SIZE and MAX_COMMAND_SIZE SHALL close the connection of who says more'],
  MAX_COMMAND_SIZE: [SPEC, 'MAX_HANDSHAKE_SIZE and MAX_COMMAND_SIZE SHALL close the connection of who says more'],
  MAX_SUBSCRIPTIONS: [SPEC, 'MAX_SUBSCRIPTIONS SHALL close a %s connection that asks for more'],
  SEND_HIGH_WATER_MARK_BYTES: ['spec/high-water-mark-bytes.test.ts', 'SEND_HIGH_WATER_MARK_BYTES SHALL be what waits'],
  RECEIVE_HIGH_WATER_MARK_BYTES: ['spec/high-water-mark-bytes.test.ts', 'both SHALL take effect at once'],
};

const honoured = OPTIONS.filter(({ support }) => support.honoured);

describe('what each option does is shown by a test', () => {
  it.each(honoured.map(({ name, property }) => [name, property]))('%s', (name, property) => {
    const [file, words] = EFFECTS[name] ?? [];
    if (file === undefined || words === undefined) throw new Error(`no test shows what ${name} does: name one here`);
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    // As the name of a test, or of a behaviour.
    const quoted = source.split('\n').filter((line) => line.includes(words) && /['"`]/.test(line));
    expect([words, quoted.length > 0]).toEqual([words, true]);
    // And it sets the option: by one of its names.
    expect([name, new RegExp(`\\b(${property}|${name})\\b`).test(source)]).toEqual([name, true]);
  });

  it('and none is named that there is not', () => {
    const names = honoured.map(({ name }) => name);
    expect(Object.keys(EFFECTS).filter((name) => !names.includes(name))).toEqual([]);
  });
});
