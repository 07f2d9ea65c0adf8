import { StripeEventNotParked } from './errors.js';
import { afterCheck, afterDismissal, afterFailure, afterProcessing, isBeingChecked, type StripeEventProgress } from './stripe-event.js';

const RECEIVED: StripeEventProgress = { status: 'received', attempts: 0, note: null };

describe('How far a Stripe event has come', () => {
  it('an event that is applied keeps the number of its failures, and loses their note', () => {
    const failed = { status: 'failed', attempts: 3, note: 'deadlock detected' } as const;
    expect(afterProcessing(failed, { status: 'applied', note: null })).toEqual({ status: 'applied', attempts: 3, note: null });
  });

  it('an event is parked at the tenth failure, and at each one after it', () => {
    const statuses: string[] = [];
    let progress = RECEIVED;
    for (let failure = 1; failure <= 11; failure++) {
      progress = afterFailure(progress, 'deadlock detected', { isUnreadable: false });
      statuses.push(progress.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 9 }, () => 'failed'), 'parked', 'parked']);
    expect(progress).toEqual({ status: 'parked', attempts: 11, note: 'deadlock detected' });
    const replayed = afterProcessing(progress, { status: 'applied', note: null });
    expect(afterFailure(replayed, 'no', { isUnreadable: false }).status).toBe('parked');
  });

  it('an event that cannot be read is parked at once, which is no failed attempt', () => {
    expect(afterFailure(RECEIVED, 'no fact', { isUnreadable: true })).toEqual({ status: 'parked', attempts: 0, note: 'no fact' });
  });

  it('only an event that is being checked waits for the answer of Stripe', () => {
    expect(isBeingChecked({ ...RECEIVED, status: 'checking' })).toBe(true);
    for (const status of ['received', 'applied', 'ignored', 'failed', 'parked', 'dismissed'] as const)
      expect(isBeingChecked({ ...RECEIVED, status })).toBe(false);
  });

  it.each([
    [true, true, 'applied', 'a second intent of its payment'],
    [true, false, 'parked', 'not what was asked for, and true: what arrived goes back'],
    [false, true, 'parked', 'not what was asked for, and Stripe does not stand by it'],
    [false, false, 'parked', 'not what was asked for, and Stripe does not stand by it'],
  ])('a checked event that is true: %s, and of a second intent: %s, is %s', (isTrue, isOfSecondIntent, status, note) => {
    const checking = { status: 'checking', attempts: 2, note: 'does not say what we asked for' } as const;
    expect(afterCheck(checking, { isTrue, isOfSecondIntent })).toEqual({ status, attempts: 2, note });
  });

  it('a parked event that is dismissed keeps its note, and is dismissed once', () => {
    const dismissed = afterDismissal({ status: 'parked', attempts: 10, note: 'deadlock detected' });
    expect(dismissed).toEqual({ status: 'dismissed', attempts: 10, note: 'deadlock detected' });
    expect(afterDismissal(dismissed!)).toBeNull();
  });

  it('an event that is not parked is not dismissed', () => {
    for (const status of ['received', 'applied', 'ignored', 'checking', 'failed'] as const)
      expect(() => afterDismissal({ ...RECEIVED, status })).toThrow(StripeEventNotParked);
  });
});
