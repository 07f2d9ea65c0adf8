import { vi } from 'vitest';
import { Admission, type AdmissionLimits, type RequestOutcome, Overloaded, RequestSlot } from './admission.js';

describe('Admission', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function admissionWith(limits: Partial<AdmissionLimits> = {}) {
    const admission = new Admission({ maxAdmitted: 2, maxWaiting: 3, maxWaitMs: 1_000, ...limits });
    const outcomes = new Map<string, 'admitted' | 'refused'>();
    const givingUp = new Map<string, () => void>();
    const enter = async (name: string): Promise<void> => {
      await admission
        .enter((giveUp) => givingUp.set(name, giveUp))
        .then(
          () => outcomes.set(name, 'admitted'),
          (error: unknown) => {
            expect(error).toBeInstanceOf(Overloaded);
            outcomes.set(name, 'refused');
          },
        );
    };
    const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);
    const arrive = async (...names: string[]): Promise<void> => {
      for (const name of names) void enter(name);
      await settle();
    };
    const leave = async (outcome: RequestOutcome = 'success'): Promise<void> => {
      admission.leave(outcome);
      await settle();
    };
    const admitted = (): string[] => [...outcomes].filter(([, outcome]) => outcome === 'admitted').map(([name]) => name);
    return { admission, outcomes, givingUp, arrive, leave, admitted };
  }

  it('as many requests as there are slots are admitted, the next one waits', async () => {
    const { arrive, admitted, outcomes } = admissionWith();
    await arrive('a', 'b', 'c');
    expect(admitted()).toEqual(['a', 'b']);
    expect(outcomes.has('c')).toBe(false);
  });

  it('a free slot goes to the request that waited longest', async () => {
    const { arrive, leave, admitted } = admissionWith();
    await arrive('a', 'b', 'c', 'd');
    await leave();
    expect(admitted()).toEqual(['a', 'b', 'c']);
    await leave();
    expect(admitted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a request is refused at once when too many wait', async () => {
    const { arrive, outcomes } = admissionWith();
    await arrive('a', 'b', 'c', 'd', 'e', 'f');
    expect(outcomes.get('f')).toBe('refused');
    expect(outcomes.size).toBe(3);
  });

  it('a request is refused when it has waited too long', async () => {
    const { arrive, outcomes, leave, admitted } = admissionWith();
    await arrive('a', 'b', 'c');
    await vi.advanceTimersByTimeAsync(999);
    expect(outcomes.has('c')).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes.get('c')).toBe('refused');
    await arrive('d');
    await leave();
    expect(admitted()).toEqual(['a', 'b', 'd']);
  });

  it('no slot is lost when waiting clients go away', async () => {
    const { arrive, givingUp, leave, admitted } = admissionWith();
    await arrive('a', 'b', 'c', 'd', 'e');
    for (const name of ['c', 'd', 'e']) givingUp.get(name)!();
    await arrive('f', 'g', 'h');
    await leave();
    await leave();
    expect(admitted()).toEqual(['a', 'b', 'f', 'g']);
    await leave();
    await leave();
    await leave();
    await arrive('i');
    expect(admitted()).toContain('i');
    // To give up after the admission changes nothing.
    givingUp.get('f')!();
    await arrive('j');
    expect(admitted()).toContain('j');
  });

  it('slots are counted exactly in any order of arrivals and ends', async () => {
    const { arrive, leave, admitted } = admissionWith({ maxAdmitted: 3, maxWaiting: 100 });
    for (let i = 0; i < 50; i++) {
      await arrive(`request ${i}`);
      if (i % 3 === 2) await leave();
    }
    for (let i = admitted().length; i < 50; i++) await leave();
    expect(admitted()).toHaveLength(50);
  });

  it('all waiting requests are refused when one fails and none has succeeded lately', async () => {
    const { arrive, leave, outcomes } = admissionWith({ maxWaitMs: 60_000 });
    await arrive('a', 'b', 'c', 'd', 'e');
    await vi.advanceTimersByTimeAsync(2_500);
    await leave('failure');
    for (const name of ['c', 'd', 'e']) expect(outcomes.get(name)).toBe('refused');
  });

  it('requests go on waiting when the first one after a calm fails', async () => {
    const { arrive, leave, outcomes } = admissionWith({ maxWaitMs: 60_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    await arrive('a', 'b', 'c', 'd', 'e');
    await leave('failure');
    expect([...outcomes]).toEqual(['a', 'b', 'c'].map((name) => [name, 'admitted']));
  });

  it('a failure while a request is away is no first one after a calm', async () => {
    const { admission, arrive, leave, outcomes } = admissionWith({ maxWaitMs: 60_000 });
    await arrive('a');
    admission.suspend();
    await vi.advanceTimersByTimeAsync(2_500);
    await arrive('b', 'c', 'd');
    await leave('failure');
    expect(outcomes.get('d')).toBe('refused');
    void admission.return();
    await leave('neither');
    await leave('neither');
    await vi.advanceTimersByTimeAsync(2_500);
    await arrive('e', 'f', 'g');
    await leave('failure');
    expect(outcomes.get('g')).toBe('admitted');
  });

  it('requests go on waiting when one fails among others that succeed', async () => {
    const { arrive, leave, outcomes } = admissionWith({ maxWaitMs: 60_000, maxAdmitted: 4 });
    await arrive('a', 'b', 'c', 'd', 'e', 'f', 'g');
    await vi.advanceTimersByTimeAsync(2_500);
    await leave('success');
    await leave('failure');
    await leave('neither');
    expect([...outcomes.values()]).not.toContain('refused');
  });
});

describe('RequestSlot', () => {
  const admittedRequest = async () => {
    const admission = new Admission({ maxAdmitted: 1, maxWaiting: 5, maxWaitMs: 60_000 });
    await admission.enter();
    return { admission, slot: new RequestSlot(admission), remote: Promise.withResolvers<string>() };
  };
  const nextTurn = (): Promise<void> => new Promise(setImmediate);

  it('a request that yields its slot returns before all that wait', async () => {
    const { admission, slot, remote } = await admittedRequest();
    const order: string[] = [];
    const paying = slot.yieldDuring(() => remote.promise).then(() => order.push('returned'));
    await admission.enter().then(() => order.push('second'));
    const third = admission.enter().then(() => order.push('third'));
    remote.resolve('paid');
    await nextTurn();
    expect(order).toEqual(['second']);
    admission.leave('success');
    await paying;
    admission.leave('success');
    await third;
    expect(order).toEqual(['second', 'returned', 'third']);
  });

  it('a slot is freed once, also when the client goes away and the work fails', async () => {
    const { admission, slot, remote } = await admittedRequest();
    const failing = slot.yieldDuring(() => remote.promise);
    slot.end('neither');
    remote.reject(new Error('Stripe hung up'));
    await expect(failing).rejects.toThrow('Stripe hung up');
    slot.end('neither');
    await admission.enter();
    const second = vi.fn();
    void admission.enter().then(second);
    await nextTurn();
    expect(second).not.toHaveBeenCalled();
    admission.leave('success');
  });

  it('a slot is yielded once when two works of one request run at once', async () => {
    const { admission, slot, remote } = await admittedRequest();
    const both = Promise.all([slot.yieldDuring(() => remote.promise), slot.yieldDuring(() => remote.promise)]);
    await admission.enter();
    const third = vi.fn();
    void admission.enter().then(third);
    await nextTurn();
    expect(third).not.toHaveBeenCalled();
    remote.resolve('done');
    await nextTurn();
    admission.leave('success');
    expect(await both).toEqual(['done', 'done']);
    admission.leave('success');
  });
});
