import { ReservationCancelled } from '@app/contracts/reservations.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';
import { NotificationsHarness } from '../../testing/notifications-harness.js';
import { RequestMissingMails } from './request-missing-mails.js';

const eur = (amount: number) => ({ amount, currency: 'EUR' });

describe('RequestMissingMails', () => {
  let harness: NotificationsHarness;
  beforeEach(() => {
    harness = new NotificationsHarness();
    harness.clock.advance(5 * MINUTE_MS);
    const at = harness.clock.now().toISOString();
    harness.confirmed = [{ reservationId: 'r1', customerId: 'u1', confirmedAt: at }];
    harness.cancelled = [{ reservationId: 'r2', customerId: 'u1', cancelledAt: at, by: 'customer', refundDue: eur(500), paymentId: 'p1' }];
    harness.refunds = [
      { refundId: 'f1', paymentId: 'p1', reservationId: 'r2', amount: eur(500), status: 'submitted', changedAt: at },
      { refundId: 'f2', paymentId: 'p2', reservationId: 'r3', amount: eur(700), status: 'succeeded', changedAt: at },
    ];
  });
  const search = () => harness.bus.get(RequestMissingMails).run();
  const ALL = ['reservation-confirmed r1', 'reservation-cancelled r2', 'refund-submitted f1', 'refund-arrived f2'];

  it('the mails of facts whose event was lost are requested, each once', async () => {
    harness.clock.advance(3 * MINUTE_MS);
    await search();
    await search();
    expect(harness.list).toEqual(ALL.map((mail) => `${mail} waiting`));
    expect(harness.jobs.all.size).toBe(ALL.length);
    const cancelled = [...harness.mails.all.values()].find(({ kind }) => kind === 'reservation-cancelled');
    const facts = { by: 'customer', reason: null, amount: eur(500), paymentId: 'p1' };
    expect(cancelled).toMatchObject({ userId: 'u1', reservationId: 'r2', facts });
  });

  it('an unpaid hold that its customer cancelled is found and needs no mail', async () => {
    const unpaid = { ...harness.cancelled[0]!, refundDue: null, paymentId: null };
    harness.cancelled = [
      { ...unpaid, reservationId: 'r5' },
      { ...unpaid, reservationId: 'r6', by: 'cinema' },
    ];
    harness.clock.advance(3 * MINUTE_MS);
    await search();
    expect(harness.list.filter((mail) => mail.startsWith('reservation-cancelled'))).toEqual(['reservation-cancelled r6 waiting']);
    expect(harness.watermarks.all.get('cancellations')).toBeDefined();
  });

  it('a mail that was not needed is not requested again', async () => {
    harness.clock.advance(3 * MINUTE_MS);
    await search();
    const [confirmed] = [...harness.mails.all.values()].filter(({ kind }) => kind === 'reservation-confirmed');
    await harness.mails.markNotNeeded(confirmed!.id);
    await search();
    expect(harness.list.filter((mail) => mail.startsWith('reservation-confirmed'))).toEqual(['reservation-confirmed r1 not-needed']);
  });

  it('a young fact is left to its event, which knows more', async () => {
    await search();
    expect(harness.list).toEqual([]);
    const event = { reservationId: 'r2', showtimeId: 's1', customerId: 'u1', seats: ['A1'], paymentId: 'p1', refundDue: eur(500) };
    await harness.deliver(new ReservationCancelled({ ...event, by: 'admin', reason: 'Broken' }));
    harness.clock.advance(3 * MINUTE_MS);
    await search();
    expect(harness.list.filter((mail) => mail.startsWith('reservation-cancelled'))).toHaveLength(1);
    expect([...harness.mails.all.values()][0]!.facts).toMatchObject({ reason: 'Broken' });
  });

  it('a search that fails stops no other, and is tried again', async () => {
    harness.clock.advance(3 * MINUTE_MS);
    const withoutMail = harness.mails.withoutMail.bind(harness.mails);
    harness.mails.withoutMail = (kind, ids) =>
      kind === 'reservation-confirmed' ? Promise.reject(new Error('away')) : withoutMail(kind, ids);
    await expect(search()).rejects.toThrow('away');
    expect(harness.list).toHaveLength(3);
    harness.mails.withoutMail = withoutMail;
    await search();
    expect(harness.list).toHaveLength(4);
  });

  it('a mail that cannot be requested stops no other, and is found again', async () => {
    harness.clock.advance(3 * MINUTE_MS);
    harness.confirmed.push({ ...harness.confirmed[0]!, reservationId: 'r4' });
    const add = harness.mails.add.bind(harness.mails);
    harness.mails.add = (mails, at) => (mails.some(({ factId }) => factId === 'r1') ? Promise.reject(new Error('broken')) : add(mails, at));
    await expect(search()).rejects.toThrow('broken');
    expect(harness.list).toContain('reservation-confirmed r4 waiting');
    harness.mails.add = add;
    await search();
    expect(harness.list).toContain('reservation-confirmed r1 waiting');
  });

  it('a search of a worker whose clock was ahead hides no fact that came later', async () => {
    const before = harness.clock.now().getTime();
    harness.clock.advance(24 * 60 * MINUTE_MS);
    await search();
    harness.confirmed.push({ reservationId: 'r4', customerId: 'u1', confirmedAt: new Date(before + 30 * MINUTE_MS).toISOString() });
    await search();
    expect(harness.list).toContain('reservation-confirmed r4 waiting');
  });

  it('a clock that was set back hides no fact', async () => {
    harness.watermarks.all.set('confirmations', addMs(harness.clock.now(), 24 * 60 * MINUTE_MS).toISOString());
    harness.clock.advance(3 * MINUTE_MS);
    await search();
    expect(harness.list).toContain('reservation-confirmed r1 waiting');
  });
});
