import { SocketOption } from '../../../src/core/options/numbers.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { createTypedOptions } from '../../../src/core/options/typed-options.js';
import type { Case } from '../harness.js';

const host = {
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  changed: () => undefined,
  events: 0,
  receiveMore: false,
  lastEndpoint: '',
  topicsCount: 0,
};

function onOptions(work: (options: SocketOptions, i: number) => number): () => (times: number) => number {
  return () => {
    const options = new SocketOptions('PUSH');
    options.attachHost(host);
    return (times) => {
      let sum = 0;
      for (let i = 0; i < times; i++) sum += work(options, i);
      return sum;
    };
  };
}

export const cases: readonly Case[] = [
  {
    name: 'set by number',
    prepare: onOptions((options, i) => {
      options.set(SocketOption.SNDHWM, i & 1023);
      return options.values.sendHighWaterMark;
    }),
  },
  {
    name: 'set by name',
    prepare: onOptions((options, i) => {
      options.setByName('sendHighWaterMark', i & 1023);
      return options.values.sendHighWaterMark;
    }),
  },
  { name: 'get by number', prepare: onOptions((options) => options.get(SocketOption.SNDHWM) as number) },
  {
    name: 'set as a property',
    prepare: () => {
      const options = new SocketOptions('PUSH');
      options.attachHost(host);
      const typed = createTypedOptions(options);
      return (times) => {
        for (let i = 0; i < times; i++) typed.sendHighWaterMark = i & 1023;
        return options.values.sendHighWaterMark;
      };
    },
  },
  {
    name: 'those of a new socket',
    prepare: onOptions(() => new SocketOptions('PUSH', { linger: 0 }, { sendHighWaterMark: 5 }).values.linger),
  },
];
