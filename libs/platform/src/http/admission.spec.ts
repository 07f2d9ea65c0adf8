import { afterEach, beforeEach, jest } from '@jest/globals';
import { Admission, RequestSlot } from './admission.js';
import { Overloaded } from './http-errors.js';

type Told = 'in' | 'turned away';

describe('Admission', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function door(limits: Partial<{ admitted: number; waiting: number; longestWaitMs: number }> = {}) {
    const admission = new Admission({ admitted: 2, waiting: 3, longestWaitMs: 1_000, ...limits });
    const told = new Map<string, Told>();
    const goAway = new Map<string, () => void>();
    const come = async (name: string): Promise<void> => {
      await admission
        .enter((leave) => goAway.set(name, leave))
        .then(
          () => told.set(name, 'in'),
          (error: unknown) => {
            expect(error).toBeInstanceOf(Overloaded);
            told.set(name, 'turned away');
          },
        );
    };
    const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0).then(() => undefined);
    const arrive = async (...names: string[]): Promise<void> => {
      for (const name of names) void come(name);
      await settle();
    };
    const leave = async (outcome: 'success' | 'failure' | 'neither' = 'success'): Promise<void> => {
      admission.leave(outcome);
      await settle();
    };
    const inside = (): string[] => [...told].filter(([, what]) => what === 'in').map(([name]) => name);
    return { told, goAway, arrive, leave, inside };
  }

  it('lets so many in at once, and the rest wait', async () => {
    const { arrive, inside, told } = door();
    await arrive('Ada', 'Grace', 'Edsger');
    expect(inside()).toEqual(['Ada', 'Grace']);
    expect(told.has('Edsger')).toBe(false);
  });

  it('gives the room of one who leaves to who waited longest', async () => {
    const { arrive, leave, inside } = door();
    await arrive('Ada', 'Grace', 'Edsger', 'Barbara');
    await leave();
    expect(inside()).toEqual(['Ada', 'Grace', 'Edsger']);
    await leave();
    expect(inside()).toEqual(['Ada', 'Grace', 'Edsger', 'Barbara']);
  });

  it('turns away who finds the waiting room full, at once', async () => {
    const { arrive, told } = door();
    await arrive('a', 'b', 'c', 'd', 'e', 'f');
    expect(told.get('f')).toBe('turned away');
    expect(told.size).toBe(3);
  });

  it('turns away who has waited too long', async () => {
    const { arrive, told, leave, inside } = door();
    await arrive('a', 'b', 'c');
    await jest.advanceTimersByTimeAsync(999);
    expect(told.has('c')).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(told.get('c')).toBe('turned away');
    await arrive('d');
    await leave();
    expect(inside()).toEqual(['a', 'b', 'd']);
  });

  it('loses no room over those who give up while they wait', async () => {
    const { arrive, goAway, leave, inside } = door();
    await arrive('a', 'b', 'c', 'd', 'e');
    for (const name of ['c', 'd', 'e']) goAway.get(name)!();
    await arrive('f', 'g', 'h');
    await leave();
    await leave();
    expect(inside()).toEqual(['a', 'b', 'f', 'g']);
    await leave();
    await leave();
    await leave();
    await arrive('i');
    expect(inside()).toContain('i');
    // A second word of goodbye, after it was let in, changes nothing.
    goAway.get('f')!();
    await arrive('j');
    expect(inside()).toContain('j');
  });

  it('counts exactly, whatever the order of coming and going', async () => {
    const { arrive, leave, inside } = door({ admitted: 3, waiting: 100 });
    for (let i = 0; i < 50; i++) {
      await arrive(`guest ${i}`);
      if (i % 3 === 2) await leave();
    }
    for (let i = inside().length; i < 50; i++) await leave();
    expect(inside()).toHaveLength(50);
  });

  it('turns everybody in the waiting room away once nothing succeeds any more', async () => {
    const { arrive, leave, told } = door({ longestWaitMs: 60_000 });
    await arrive('a', 'b', 'c', 'd', 'e');
    await jest.advanceTimersByTimeAsync(2_500);
    await leave('failure');
    for (const name of ['c', 'd', 'e']) expect(told.get(name)).toBe('turned away');
  });

  it('lets them wait on when one fails among others who succeed, or when nobody can tell', async () => {
    const { arrive, leave, told } = door({ longestWaitMs: 60_000, admitted: 4 });
    await arrive('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await jest.advanceTimersByTimeAsync(2_500);
    await leave('success');
    await leave('failure');
    await leave('neither');
    expect([...told.values()]).not.toContain('turned away');
  });
});

describe('The place of a request', () => {
  const door = async () => {
    const admission = new Admission({ admitted: 1, waiting: 5, longestWaitMs: 60_000 });
    await admission.enter();
    return { admission, place: new RequestSlot(admission), remote: Promise.withResolvers<string>() };
  };
  const aMoment = (): Promise<void> => new Promise(setImmediate);

  it('is another’s while the request waits for something else, and comes before all who arrived meanwhile', async () => {
    const { admission, place, remote } = await door();
    const order: string[] = [];
    const paying = place.yieldDuring(() => remote.promise).then(() => order.push('back from Stripe'));
    await admission.enter().then(() => order.push('second'));
    const third = admission.enter().then(() => order.push('third'));
    remote.resolve('paid');
    await aMoment();
    expect(order).toEqual(['second']);
    admission.leave('success');
    await paying;
    admission.leave('success');
    await third;
    expect(order).toEqual(['second', 'back from Stripe', 'third']);
  });

  it('is given back once, also when the client leaves in the middle or the work fails', async () => {
    const { admission, place, remote } = await door();
    const failing = place.yieldDuring(() => remote.promise);
    place.end('neither');
    remote.reject(new Error('Stripe hung up'));
    await expect(failing).rejects.toThrow('Stripe hung up');
    place.end('neither');
    await admission.enter();
    const second = jest.fn();
    void admission.enter().then(second);
    await aMoment();
    expect(second).not.toHaveBeenCalled();
    admission.leave('success');
  });

  it('is given away once by two works of one request', async () => {
    const { admission, place, remote } = await door();
    const both = Promise.all([place.yieldDuring(() => remote.promise), place.yieldDuring(() => remote.promise)]);
    await admission.enter();
    const third = jest.fn();
    void admission.enter().then(third);
    await aMoment();
    expect(third).not.toHaveBeenCalled();
    remote.resolve('done');
    await aMoment();
    admission.leave('success');
    expect(await both).toEqual(['done', 'done']);
    admission.leave('success');
  });
});
