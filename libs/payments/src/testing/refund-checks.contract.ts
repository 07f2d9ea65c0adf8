/** What every implementation of `Payments` promises about the checks of submitted refunds, in memory and in PostgreSQL. */
import type { Clock } from '@app/kernel/clock.js';
import { MINUTE_MS } from '@app/kernel/durations.js';
import type { Payments } from '../domain/payments.js';
import type { RefundFact } from '../domain/stripe-facts.js';
import { aRefund } from './fake-card-payments.js';
import { aPayment } from './payments.contract.js';

const now = new Date('2026-03-01T12:00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });

interface RefundChecksFixture {
  readonly payments: Payments;
  /** That of the implementation. */
  readonly clock: Clock;
}

async function paid(payments: Payments): Promise<string> {
  const payment = aPayment();
  payment.receive({ intentId: `pi_${payment.id}`, money: payment.price, now });
  await payments.add(payment);
  return payment.id;
}

export function refundChecksContract(given: () => Promise<RefundChecksFixture>): void {
  let payments: Payments;
  let clock: Clock;
  let start: number;
  let ids: string[];
  /** A second later than the minute, because the clock of the implementation may run. */
  const claim = async (minute: number, limit = 100) => {
    const at = new Date(start + minute * MINUTE_MS + 1_000);
    return (await payments.claimSubmittedRefunds({ now: at, afterMs: 5 * MINUTE_MS, limit })).filter((id) => ids.includes(id));
  };
  const turnTo = (id: string, own: Partial<RefundFact>) =>
    payments.change(id, (payment) => payment.applyRefund(aRefund({ stripeRefundId: `re_${id}`, amount: eur(700), ...own }), now));
  beforeEach(async () => {
    ({ payments, clock } = await given());
    ids = [await paid(payments), await paid(payments)];
    start = clock.now().getTime();
    for (const id of ids) await turnTo(id, { status: 'submitted' });
  });
  afterEach(async () => {
    for (const id of ids) await turnTo(id, { status: 'succeeded' });
  });

  it('a submitted refund is due minutes after its change, and is claimed once', async () => {
    expect(await claim(4)).toEqual([]);
    expect(await claim(5)).toEqual(ids);
    expect(await claim(5)).toEqual([]);
    // Which of them gets which is open.
    expect((await Promise.all(Array.from({ length: 5 }, () => claim(11)))).flat().sort()).toEqual(ids);
  });

  it('a submitted refund is checked less and less often, but each day', async () => {
    const checks: number[] = [];
    for (let minute = 0; minute <= 8_000; minute += 5) if ((await claim(minute)).length > 0) checks.push(minute);
    expect(checks.slice(0, 7)).toEqual([5, 10, 20, 35, 55, 85, 130]);
    expect(checks.at(-1)! - checks.at(-2)!).toBe(1_440);
  });

  it('the longest wait comes first, and a clock set back delays none', async () => {
    const [first, second] = [await claim(100, 1), await claim(101, 1)];
    expect([...first, ...second].sort()).toEqual(ids);
    expect([await claim(10_000, 1), await claim(10_000, 1)]).toEqual([first, second]);
    expect((await claim(5)).sort()).toEqual(ids);
  });

  it('a payment with several is named once, and one that ended is not', async () => {
    await turnTo(ids[0]!, { stripeRefundId: 're_other', status: 'submitted' });
    await turnTo(ids[1]!, { status: 'succeeded' });
    expect(await claim(60)).toEqual([ids[0]]);
    await turnTo(ids[0]!, { stripeRefundId: 're_other', status: 'succeeded' });
  });

  it('a refund that was submitted anew is checked as a new one', async () => {
    for (const minute of [5, 1_000]) expect(await claim(minute)).toEqual(ids);
    await payments.change(ids[0]!, (payment) => payment.refundAsGoodwill({ amount: 100, note: 'cold', now }));
    const refund = (await payments.get(ids[0]!)).refunds.at(-1)!;
    const fact = { stripeRefundId: `re_${refund.id}`, refundId: refund.id, amount: eur(100) };
    await turnTo(ids[0]!, { ...fact, status: 'submitted' });
    expect(await claim(1_001)).toEqual([ids[0]]);
    await turnTo(ids[0]!, { ...fact, status: 'failed' });
    await payments.change(ids[0]!, (payment) => void payment.retryRefund(refund.id));
    await turnTo(ids[0]!, { ...fact, stripeRefundId: `re_2_${refund.id}`, status: 'submitted' });
    expect(await claim(1_002)).toEqual([ids[0]]);
    await turnTo(ids[0]!, { ...fact, stripeRefundId: `re_2_${refund.id}`, status: 'succeeded' });
  });
}
