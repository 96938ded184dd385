import type { SocketTypeName } from '../socket-type.js';
import { defaultOf, findOptionByProperty } from './table.js';
import type { SocketOptionValues } from './values.js';

/**
 * The settings of a new socket. Written out as one literal, property by property: assigned by computed names, this
 * many properties would turn into a hash table, and the hot code that reads them would pay for it.
 */
export function defaultValues(type: SocketTypeName): SocketOptionValues {
  const of = <P extends keyof SocketOptionValues>(property: P): SocketOptionValues[P] =>
    defaultOf(findOptionByProperty(property)!, type) as SocketOptionValues[P];
  return {
    routingId: of('routingId'),
    connectRoutingId: of('connectRoutingId'),
    linger: of('linger'),
    sendHighWaterMark: of('sendHighWaterMark'),
    receiveHighWaterMark: of('receiveHighWaterMark'),
    sendHighWaterMarkBytes: of('sendHighWaterMarkBytes'),
    receiveHighWaterMarkBytes: of('receiveHighWaterMarkBytes'),
    sendTimeout: of('sendTimeout'),
    receiveTimeout: of('receiveTimeout'),
    maxMessageSize: of('maxMessageSize'),
    immediate: of('immediate'),
    conflate: of('conflate'),
    backlog: of('backlog'),
    maxConnections: of('maxConnections'),

    mandatory: of('mandatory'),
    handover: of('handover'),
    probeRouter: of('probeRouter'),
    correlate: of('correlate'),
    relaxed: of('relaxed'),
    xpubVerbose: of('xpubVerbose'),
    xpubVerboser: of('xpubVerboser'),
    noDrop: of('noDrop'),
    manual: of('manual'),
    manualLastValue: of('manualLastValue'),
    welcomeMessage: of('welcomeMessage'),
    invertMatching: of('invertMatching'),
    onlyFirstSubscribe: of('onlyFirstSubscribe'),
    xsubVerboseUnsubscribe: of('xsubVerboseUnsubscribe'),
    routerNotify: of('routerNotify'),
    routerRaw: of('routerRaw'),
    notify: of('notify'),
    helloMessage: of('helloMessage'),
    disconnectMessage: of('disconnectMessage'),
    hiccupMessage: of('hiccupMessage'),

    reconnectInterval: of('reconnectInterval'),
    reconnectMaxInterval: of('reconnectMaxInterval'),
    reconnectStop: of('reconnectStop'),
    connectTimeout: of('connectTimeout'),
    handshakeInterval: of('handshakeInterval'),
    heartbeatInterval: of('heartbeatInterval'),
    heartbeatTimeToLive: of('heartbeatTimeToLive'),
    heartbeatTimeout: of('heartbeatTimeout'),
    ipv6: of('ipv6'),
    tcpKeepalive: of('tcpKeepalive'),
    tcpKeepaliveIdle: of('tcpKeepaliveIdle'),
    tcpAcceptFilter: of('tcpAcceptFilter'),
    metadata: of('metadata'),

    sendBufferSize: of('sendBufferSize'),
    receiveBufferSize: of('receiveBufferSize'),
    tcpKeepaliveCount: of('tcpKeepaliveCount'),
    tcpKeepaliveInterval: of('tcpKeepaliveInterval'),
    typeOfService: of('typeOfService'),
    tcpMaxRetransmitTimeout: of('tcpMaxRetransmitTimeout'),
    interface: of('interface'),
    priority: of('priority'),
    busyPoll: of('busyPoll'),
    tcpCork: of('tcpCork'),
    ioUringSessionEnabled: of('ioUringSessionEnabled'),
    ioUringSendZeroCopy: of('ioUringSendZeroCopy'),
    ioUringReceiveMultishot: of('ioUringReceiveMultishot'),
    ioUringZeroCopySendThreshold: of('ioUringZeroCopySendThreshold'),

    securityMechanism: of('securityMechanism'),
    plainServer: of('plainServer'),
    plainUsername: of('plainUsername'),
    plainPassword: of('plainPassword'),
    curveServer: of('curveServer'),
    curvePublicKey: of('curvePublicKey'),
    curveSecretKey: of('curveSecretKey'),
    curveServerKey: of('curveServerKey'),
    curvePreviousSecretKeys: of('curvePreviousSecretKeys'),
    zapDomain: of('zapDomain'),
    zapEnforceDomain: of('zapEnforceDomain'),

    allowZmtp2: of('allowZmtp2'),
    maxHandshakes: of('maxHandshakes'),
    maxHandshakeSize: of('maxHandshakeSize'),
    maxCommandSize: of('maxCommandSize'),
    maxSubscriptions: of('maxSubscriptions'),
  };
}
