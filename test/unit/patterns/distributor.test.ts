import { describe, expect, test } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { Distributor, Outlet } from '../../../src/patterns/distributor.js';
import { FarEnd, metadataOf, NO_EVENTS } from './support.js';

function add(distributor: Distributor, sendHighWaterMark = 0): { outlet: Outlet; end: FarEnd } {
  const pipe = new Pipe('tcp://test', { sendHighWaterMark, receiveHighWaterMark: 0, conflate: false });
  const outlet = new Outlet(pipe);
  distributor.attach(outlet);
  pipe.attach({
    ...NO_EVENTS,
    writeActivated: () => {
      outlet.full = false;
    },
  });
  const end = new FarEnd(pipe, metadataOf());
  pipe.connect(end, end.metadata);
  return { outlet, end };
}

function sendToAll(distributor: Distributor, message: string): number {
  distributor.begin();
  distributor.chooseAll();
  return distributor.send(message);
}

describe('distribution', () => {
  test('sends to all', () => {
    const distributor = new Distributor();
    const added = [add(distributor), add(distributor), add(distributor)];
    expect(sendToAll(distributor, 'a')).toBe(0);
    expect(added.map(({ end }) => end.texts)).toEqual([['a'], ['a'], ['a']]);
  });

  test('sends once to an outlet that was chosen twice, and not to the others', () => {
    const distributor = new Distributor();
    const [one, two] = [add(distributor), add(distributor)];
    distributor.begin();
    distributor.choose(one.outlet);
    distributor.choose(one.outlet);
    expect(distributor.chosenCount).toBe(1);
    distributor.send('a');
    expect([one.end.texts, two.end.texts]).toEqual([['a'], []]);
  });

  test('inverts the choice', () => {
    const distributor = new Distributor();
    const [one, two, three] = [add(distributor), add(distributor), add(distributor)];
    distributor.begin();
    distributor.choose(two.outlet);
    distributor.invert();
    distributor.send('a');
    expect([one, two, three].map(({ end }) => end.texts)).toEqual([['a'], [], ['a']]);
  });

  test('a full outlet loses whole messages until it has drained to half, and holds up nobody', () => {
    const distributor = new Distributor();
    const slow = add(distributor, 4);
    const fast = add(distributor, 4);
    slow.end.ready = false;
    const lost = ['1', '2', '3', '4', '5', '6'].map((text) => sendToAll(distributor, text));
    expect(lost).toEqual([0, 0, 0, 0, 1, 1]);
    slow.end.onSend = () => {
      slow.end.ready = slow.end.sent.length < 1;
    };
    slow.end.open(); // one message leaves: there is room for one, but not half
    expect(sendToAll(distributor, '7')).toBe(1);
    slow.end.onSend = undefined;
    slow.end.open();
    expect(sendToAll(distributor, '8')).toBe(0);
    expect(slow.end.texts).toEqual(['1', '2', '3', '4', '8']);
    expect(fast.end.texts).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  test('all or none: writes nothing while one of the chosen is full', () => {
    const distributor = new Distributor();
    const [one, two] = [add(distributor, 1), add(distributor, 1)];
    two.end.ready = false;
    distributor.begin();
    distributor.chooseAll();
    expect(distributor.sendToAllOrNone('a')).toBe(true);
    distributor.begin();
    distributor.chooseAll();
    expect(distributor.sendToAllOrNone('b')).toBe(false);
    expect(one.end.texts).toEqual(['a']);
    two.end.open();
    distributor.begin();
    distributor.chooseAll();
    expect(distributor.sendToAllOrNone('b')).toBe(true);
    expect([one.end.texts, two.end.texts]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('an outlet that leaves while a message is sent takes it from nobody else', () => {
    const distributor = new Distributor();
    const added = Array.from({ length: 5 }, () => add(distributor));
    const [first, second] = added as [(typeof added)[0], (typeof added)[0]];
    first.end.onSend = () => {
      for (const { outlet, end } of [first, second]) {
        end.pipe.end();
        distributor.detach(outlet);
      }
    };
    expect(sendToAll(distributor, 'a')).toBe(0);
    expect(added.map(({ end }) => end.texts)).toEqual([['a'], [], ['a'], ['a'], ['a']]);
    expect(distributor.outlets.length).toBe(3);
    sendToAll(distributor, 'b');
    expect(added.map(({ end }) => end.texts.length)).toEqual([1, 0, 2, 2, 2]);
  });

  test('a send from within a send takes nothing from either', () => {
    const distributor = new Distributor();
    const added = Array.from({ length: 4 }, () => add(distributor));
    let nested = 0;
    for (const { end } of added.slice(0, 3)) {
      end.onSend = (message) => {
        if (message !== 'outer' || nested >= 2) return;
        nested++;
        distributor.begin();
        distributor.choose((added[3] as (typeof added)[0]).outlet);
        distributor.send(`inner ${nested}`);
      };
    }
    sendToAll(distributor, 'outer');
    expect(added.map(({ end }) => end.texts)).toEqual([
      ['outer'],
      ['outer'],
      ['outer'],
      ['inner 1', 'inner 2', 'outer'],
    ]);
  });

  test('leaving twice is leaving once', () => {
    const distributor = new Distributor();
    const [one, two] = [add(distributor), add(distributor)];
    distributor.detach(one.outlet);
    distributor.detach(one.outlet);
    expect(distributor.outlets).toEqual([two.outlet]);
    distributor.detach(two.outlet);
    expect(sendToAll(distributor, 'a')).toBe(0);
  });
});
