import { Secret } from '../../secret.js';
import { SecurityMechanism } from '../../security-mechanism.js';
import type { KeptValue, OptionDefinition } from '../definition.js';
import { PROPERTY_LIST } from '../peer-properties.js';
import type { SocketOptionValues } from '../values.js';
import {
  ANY_FLAG,
  atLeast,
  between,
  clearable,
  KEY,
  KEYS,
  lengthOf,
  NO_ENTRIES,
  refused,
  setting,
  ZERO_OR_ONE,
} from './rows.js';

const NO_GSSAPI = 'GSSAPI (Kerberos) is not part of this package: use CURVE.';
const NO_WSS = 'Keys and certificates for wss are given to `websocket({ tls })` of `rzmq/ws`.';
const NO_CREDENTIALS = 'Node does not tell the process, user and group of an ipc peer (SO_PEERCRED).';

const noKey = (): Buffer => Buffer.alloc(32);
const noSecret = (size: number) => (): Secret => new Secret(Buffer.alloc(size));

// As in libzmq, whoever is set last decides about the mechanism, and whether the socket is its server or client.

const { NULL, PLAIN, CURVE } = SecurityMechanism;
type Settings = Partial<SocketOptionValues>;

const server = (mechanism: number, value: KeptValue): Settings => ({
  securityMechanism: value === true ? mechanism : NULL,
  plainServer: value === true && mechanism === PLAIN,
  curveServer: value === true && mechanism === CURVE,
});

const client = (mechanism: number): Settings => ({
  securityMechanism: mechanism,
  plainServer: false,
  curveServer: false,
});

const plainClient = (value: KeptValue): Settings => {
  const none = value === '' || (value instanceof Secret && value.reveal().length === 0);
  return client(none ? NULL : PLAIN);
};

/** A key of our own: the socket stays the server that it is. */
const ownKey = (_key: KeptValue, { plainServer, curveServer }: Readonly<SocketOptionValues>): Settings => ({
  securityMechanism: CURVE,
  plainServer: false,
  curveServer: plainServer || curveServer,
});

/** Mechanisms, authentication, and what the handshake tells. */
export const SECURITY: readonly OptionDefinition[] = [
  setting({
    id: 44,
    name: 'PLAIN_SERVER',
    property: 'plainServer',
    kind: 'bool',
    default: false,
    rule: ZERO_OR_ONE,
    effect: 'next bind or connect',
    alsoSets: (value) => server(PLAIN, value),
    doc: 'The socket is a PLAIN server; false: NULL again.',
  }),
  setting({
    id: 45,
    name: 'PLAIN_USERNAME',
    property: 'plainUsername',
    kind: 'string',
    default: '',
    rule: clearable(255),
    effect: 'next bind or connect',
    alsoSets: plainClient,
    doc: 'The user name of a PLAIN client, which this makes the socket; none: NULL again.',
  }),
  setting({
    id: 46,
    name: 'PLAIN_PASSWORD',
    property: 'plainPassword',
    kind: 'string',
    secret: true,
    default: noSecret(0),
    rule: clearable(255),
    effect: 'next bind or connect',
    alsoSets: plainClient,
    doc: 'The password of a PLAIN client, which this makes the socket; none: NULL again.',
  }),
  setting({
    id: 47,
    name: 'CURVE_SERVER',
    property: 'curveServer',
    kind: 'bool',
    default: false,
    rule: ZERO_OR_ONE,
    effect: 'next bind or connect',
    alsoSets: (value) => server(CURVE, value),
    doc: 'The socket is a CURVE server; false: NULL again.',
  }),
  setting({
    id: 48,
    name: 'CURVE_PUBLICKEY',
    property: 'curvePublicKey',
    kind: 'bytes',
    default: noKey,
    rule: KEY,
    effect: 'next bind or connect',
    alsoSets: ownKey,
    doc: 'The own public key; it may be left out.',
  }),
  setting({
    id: 49,
    name: 'CURVE_SECRETKEY',
    property: 'curveSecretKey',
    kind: 'bytes',
    secret: true,
    default: noSecret(32),
    rule: KEY,
    effect: 'next bind or connect',
    alsoSets: ownKey,
    doc: 'The own secret key.',
  }),
  setting({
    id: 50,
    name: 'CURVE_SERVERKEY',
    property: 'curveServerKey',
    kind: 'bytes',
    default: noKey,
    rule: KEY,
    effect: 'next bind or connect',
    alsoSets: () => client(CURVE),
    doc: "The server's public key, which makes the socket a CURVE client.",
  }),
  setting({
    id: 1310,
    name: 'CURVE_PREVIOUS_SECRETKEYS',
    property: 'curvePreviousSecretKeys',
    kind: 'bytes',
    secret: true,
    default: noSecret(0),
    rule: KEYS,
    effect: 'next bind or connect',
    doc: 'Further secret keys of a CURVE server, whose clients are let in too while they change to the new one.',
  }),
  setting({
    id: 55,
    name: 'ZAP_DOMAIN',
    property: 'zapDomain',
    kind: 'string',
    default: '',
    defaultMeansUnset: true,
    rule: lengthOf(1, 255),
    effect: 'next bind or connect',
    doc: 'The domain that the ZAP handler is asked for; with one, a peer is refused when there is no handler.',
  }),
  refused(NO_CREDENTIALS, {
    id: 58,
    name: 'IPC_FILTER_PID',
    property: 'ipcFilterProcess',
    kind: 'int32',
    access: 'w',
    default: null,
    defaultMeansUnset: true,
    rule: atLeast(0),
    doc: 'A process that ipc peers may be (deprecated).',
  }),
  refused(NO_CREDENTIALS, {
    id: 59,
    name: 'IPC_FILTER_UID',
    property: 'ipcFilterUser',
    kind: 'int32',
    access: 'w',
    default: null,
    defaultMeansUnset: true,
    rule: atLeast(0),
    doc: 'A user that ipc peers may be of (deprecated).',
  }),
  refused(NO_CREDENTIALS, {
    id: 60,
    name: 'IPC_FILTER_GID',
    property: 'ipcFilterGroup',
    kind: 'int32',
    access: 'w',
    default: null,
    defaultMeansUnset: true,
    rule: atLeast(0),
    doc: 'A group that ipc peers may be of (deprecated).',
  }),
  refused(NO_GSSAPI, {
    id: 62,
    name: 'GSSAPI_SERVER',
    property: 'gssapiServer',
    kind: 'bool',
    default: false,
    rule: ZERO_OR_ONE,
    doc: 'The socket is a GSSAPI server.',
  }),
  refused(NO_GSSAPI, {
    id: 63,
    name: 'GSSAPI_PRINCIPAL',
    property: 'gssapiPrincipal',
    kind: 'string',
    default: '',
    defaultMeansUnset: true,
    rule: lengthOf(1, 255),
    doc: 'The own principal.',
  }),
  refused(NO_GSSAPI, {
    id: 64,
    name: 'GSSAPI_SERVICE_PRINCIPAL',
    property: 'gssapiServicePrincipal',
    kind: 'string',
    default: '',
    defaultMeansUnset: true,
    rule: lengthOf(1, 255),
    doc: "The server's principal.",
  }),
  refused(NO_GSSAPI, {
    id: 65,
    name: 'GSSAPI_PLAINTEXT',
    property: 'gssapiPlainText',
    kind: 'bool',
    default: false,
    rule: ZERO_OR_ONE,
    doc: 'Authentication without encryption.',
  }),
  refused(NO_GSSAPI, {
    id: 90,
    name: 'GSSAPI_PRINCIPAL_NAMETYPE',
    property: 'gssapiPrincipalNameType',
    kind: 'int32',
    default: 0,
    rule: between(0, 2),
    doc: 'What the own principal is: 0 host based, 1 a user name, 2 a Kerberos principal.',
  }),
  refused(NO_GSSAPI, {
    id: 91,
    name: 'GSSAPI_SERVICE_PRINCIPAL_NAMETYPE',
    property: 'gssapiServicePrincipalNameType',
    kind: 'int32',
    default: 0,
    rule: between(0, 2),
    doc: "What the server's principal is: 0 host based, 1 a user name, 2 a Kerberos principal.",
  }),
  setting({
    id: 93,
    name: 'ZAP_ENFORCE_DOMAIN',
    property: 'zapEnforceDomain',
    kind: 'bool',
    default: false,
    rule: ANY_FLAG,
    effect: 'next bind or connect',
    doc: 'Without a ZAP domain the handler is not asked.',
  }),
  setting({
    id: 95,
    name: 'METADATA',
    property: 'metadata',
    kind: 'string',
    access: 'w',
    default: NO_ENTRIES,
    rule: PROPERTY_LIST,
    effect: 'next bind or connect',
    doc: "A property of the application's own for the handshake, as X-name:value; each set adds one.",
  }),
  refused(NO_WSS, {
    id: 103,
    name: 'WSS_KEY_PEM',
    property: 'wssKeyPem',
    kind: 'string',
    access: 'w',
    default: '',
    rule: clearable(Number.MAX_SAFE_INTEGER),
    doc: 'The private key of a wss listener.',
  }),
  refused(NO_WSS, {
    id: 104,
    name: 'WSS_CERT_PEM',
    property: 'wssCertPem',
    kind: 'string',
    access: 'w',
    default: '',
    rule: clearable(Number.MAX_SAFE_INTEGER),
    doc: 'The certificate of a wss listener.',
  }),
  refused(NO_WSS, {
    id: 105,
    name: 'WSS_TRUST_PEM',
    property: 'wssTrustPem',
    kind: 'string',
    access: 'w',
    default: '',
    rule: clearable(Number.MAX_SAFE_INTEGER),
    doc: 'The authorities that a wss connection trusts.',
  }),
  refused(NO_WSS, {
    id: 106,
    name: 'WSS_HOSTNAME',
    property: 'wssHostname',
    kind: 'string',
    access: 'w',
    default: '',
    rule: clearable(Number.MAX_SAFE_INTEGER),
    doc: 'The host name that the certificate of a wss listener must have.',
  }),
  refused(NO_WSS, {
    id: 107,
    name: 'WSS_TRUST_SYSTEM',
    property: 'wssTrustSystem',
    kind: 'bool',
    access: 'w',
    default: false,
    rule: ANY_FLAG,
    doc: 'A wss connection trusts the authorities of the system.',
  }),
];
