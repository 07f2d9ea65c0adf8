import { PaymentsHarness } from '../../testing/payments-harness.js';
import { aPayment } from '../../testing/payments.contract.js';
import { ReconcilePayments } from './reconcile-payments.js';

const AGE_MS = 120_000;

async function reconcile(harness: PaymentsHarness): Promise<string[]> {
  harness.jobs.all.clear();
  // As the schedule does, unless the process ends.
  while (await harness.execute(new ReconcilePayments(AGE_MS)));
  return harness.jobs.waiting;
}

describe('ReconcilePayments', () => {
  it('an old open payment is checked, and a younger one is not', async () => {
    const harness = await PaymentsHarness.opened();
    harness.clock.advance(AGE_MS - 1);
    expect(await reconcile(harness)).toEqual([]);
    harness.clock.advance(1);
    expect(await reconcile(harness)).toEqual([`payments.check-payment ${harness.payment.id}`]);
  });

  it('a payment costs a few checks, however many workers look every minute', async () => {
    const harness = await PaymentsHarness.opened();
    let checks = 0;
    for (let minute = 1; minute <= 30; minute++) {
      harness.clock.advance(60_000);
      for (const _worker of [1, 2, 3]) checks += (await reconcile(harness)).length;
    }
    expect(checks).toBe(6);
  });

  it('an old payment without an intent is opened', async () => {
    const harness = await PaymentsHarness.begun();
    harness.clock.advance(AGE_MS);
    expect(await reconcile(harness)).toEqual([`payments.open-payment ${harness.payment.id}`]);
  });

  it('an old payment of a reservation that has ended is cancelled', async () => {
    const harness = await PaymentsHarness.opened();
    harness.reservation = { ...harness.reservation!, status: 'expired' };
    harness.clock.advance(AGE_MS);
    expect(await reconcile(harness)).toEqual([`payments.cancel-payment ${harness.payment.id}`]);
  });

  it('a payment that has ended needs no job', async () => {
    const harness = await PaymentsHarness.paid();
    harness.clock.advance(AGE_MS);
    expect(await reconcile(harness)).toEqual([]);
  });

  it('every page of payments is reconciled', async () => {
    const harness = new PaymentsHarness();
    const ids: string[] = [];
    for (let i = 0; i < 401; i++) {
      const payment = aPayment({ now: harness.clock.now() });
      await harness.payments.add(payment);
      ids.push(payment.id);
    }
    harness.clock.advance(AGE_MS);
    expect(await reconcile(harness)).toEqual(ids.map((id) => `payments.cancel-payment ${id}`));
  });
});
