import { describe, it } from '@jest/globals';
import { type EngineSubject, engineCompliance, engineOf } from 'rzmq/testing';

const subjects: Readonly<Record<string, EngineSubject>> = {
  'the standard engine': { create: (world) => engineOf('standard', [world.module('left')]) },
  'the standard engine, with heartbeats': {
    create: (world) => engineOf('standard', [world.module('left')]),
    options: { heartbeatInterval: 100, handshakeInterval: 500 },
  },
  'the direct engine': {
    create: (world) => engineOf('direct', [world.module('left')]),
    scheme: 'inproc',
    kind: 'direct',
  },
  'the raw engine': {
    create: (world) => engineOf('raw', [world.module('left')]),
    socketTypes: ['STREAM', 'STREAM'],
    keepsMessages: false,
  },
};

for (const [name, subject] of Object.entries(subjects)) {
  describe(`${name} is an engine`, () => {
    for (const { title, run } of engineCompliance(subject)) it(title, run);
  });
}
