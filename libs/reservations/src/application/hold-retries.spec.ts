import { BookingCodeTaken, SeatingOutdated, SeatsTaken, TooManyHolds, TooManyHoldsInAll } from '../domain/errors.js';
import { HoldRetries } from './hold-retries.js';
import type { HoldExpiry } from './hold-expiry.js';
import type { Sellers } from './sellers.js';

const REQUEST = { customerId: 'customer', showtimeId: 'showtime', seats: ['A1'] };

describe('HoldRetries', () => {
  let expired: object[] = [];
  let attempts: boolean[] = [];
  let mayExceedLimits = false;
  beforeEach(() => {
    [expired, attempts, mayExceedLimits] = [[], [], false];
  });

  /** Each attempt throws the next of the errors, and the one after them succeeds. */
  async function run(...errors: Error[]): Promise<string> {
    const expiry = { expire: (filter: object) => Promise.resolve(expired.push(filter)) } as unknown as HoldExpiry;
    const sellers = { mayExceedLimits: () => Promise.resolve(mayExceedLimits) } as unknown as Sellers;
    return new HoldRetries(expiry, sellers).run(REQUEST, ({ isSale }) => {
      attempts.push(isSale);
      const error = errors.shift();
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    });
  }
  const limit = (blockedByExpiredHold: boolean) => ({ limit: 3, blockedByExpiredHold });

  it('an outdated seat plan or a booking code in use has one more attempt', async () => {
    for (const error of [new SeatingOutdated(), new BookingCodeTaken()]) expect(await run(error)).toBe('done');
    expect(attempts).toEqual([false, false, false, false]);
    expect(expired).toEqual([]);
  });

  it('what a hold past its time has in the way is expired before the second attempt', async () => {
    await run(new SeatsTaken({ labels: ['A1'], blockedByExpiredHold: true }));
    await run(new TooManyHolds(limit(true)));
    await run(new TooManyHoldsInAll(limit(true)));
    expect(expired).toEqual([
      { showtimeId: 'showtime', seats: ['A1'] },
      { showtimeId: 'showtime', customerId: 'customer' },
      { customerId: 'customer' },
    ]);
  });

  it('a second refusal is final, and one that nothing expired causes is final at once', async () => {
    await expect(run(new SeatingOutdated(), new SeatingOutdated())).rejects.toThrow(SeatingOutdated);
    expect(attempts).toEqual([false, false]);
    await expect(run(new TooManyHolds(limit(false)))).rejects.toThrow(TooManyHolds);
    expect(attempts).toEqual([false, false, false]);
  });

  it('a user who sells exceeds the limit of a customer, with a retry of its own', async () => {
    mayExceedLimits = true;
    expect(await run(new TooManyHolds(limit(false)), new SeatingOutdated())).toBe('done');
    expect(attempts).toEqual([false, true, true]);
  });
});
