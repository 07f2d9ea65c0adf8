/** The transitions of a Stripe event, from the application layer of payments on fakes. */
import { DAY_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { DismissStripeEvent } from '../../libs/payments/src/application/commands/dismiss-stripe-event.js';
import { ReceiveStripeEvent } from '../../libs/payments/src/application/commands/receive-stripe-event.js';
import { ReplayStripeEvent } from '../../libs/payments/src/application/commands/replay-stripe-event.js';
import { RetryStripeEvents } from '../../libs/payments/src/application/commands/retry-stripe-events.js';
import { AskForCharge } from '../../libs/payments/src/application/jobs/ask-for-charge.js';
import { CheckStripeEvent } from '../../libs/payments/src/application/jobs/check-stripe-event.js';
import type { StripeEventStatus } from '../../libs/payments/src/domain/stripe-event.js';
import type { StripeEvent } from '../../libs/payments/src/domain/stripe-events.js';
import { aDispute, anEvent, anIntent } from '../../libs/payments/src/testing/fake-card-payments.js';
import { PaymentsHarness } from '../../libs/payments/src/testing/payments-harness.js';
import { NONE } from './diagrams.js';
import { Transitions } from './explore.js';

const STATUSES: readonly StripeEventStatus[] = ['received', 'applied', 'ignored', 'checking', 'failed', 'parked', 'dismissed'];
/** After so many failures an event is parked. */
const ATTEMPTS = 10;

const paid = anIntent({ status: 'succeeded' });
const anotherAmount = anIntent({ status: 'succeeded', amount: { amount: 900, currency: 'EUR' } });

/** One event for each way that applying it can end. `breaks`: applying it throws. */
const EVENTS: readonly { event: () => StripeEvent; breaks?: true }[] = [
  { event: () => anEvent(paid) },
  { event: () => anEvent(null) },
  { event: () => anEvent(anotherAmount) },
  { event: () => anEvent(paid), breaks: true },
  { event: () => anEvent(paid, { body: { named: { intentId: 'pi_1' } } }) },
];

export async function observeStripeEvent(): Promise<string[]> {
  const transitions = new Transitions();

  function recordStatuses({ stripeEvents: { all } }: PaymentsHarness): void {
    const set = all.set.bind(all);
    all.set = (id, row) => {
      transitions.add(all.get(id)?.status ?? NONE, row.status);
      return set(id, row);
    };
  }

  /** Stores an event with the status, without recording that. */
  async function storeAs(status: StripeEventStatus, event: StripeEvent, { stripeEvents, clock }: PaymentsHarness): Promise<void> {
    await stripeEvents.store(event);
    stripeEvents.all.set(event.id, { ...stripeEvents.all.get(event.id)!, status, nextAt: clock.now().getTime() });
  }

  async function withEachEvent(act: (harness: PaymentsHarness, event: StripeEvent) => Promise<unknown>, status?: StripeEventStatus) {
    for (const { event: create, breaks } of EVENTS) {
      const [harness, event] = [await PaymentsHarness.opened(), create()];
      if (status !== undefined) await storeAs(status, event, harness);
      recordStatuses(harness);
      if (breaks) harness.break();
      await act(harness, event);
    }
  }

  await withEachEvent((harness, event) => harness.execute(new ReceiveStripeEvent(event)));
  for (const status of STATUSES) {
    await withEachEvent((harness, { id }) => harness.executeAsAdmin(new ReplayStripeEvent(newId(), id)), status);
    await withEachEvent(
      (harness, { id }) => harness.executeAsAdmin(new DismissStripeEvent(newId(), id, 'x')).catch(() => undefined),
      status,
    );
    // A job that fails changes nothing and is tried again.
    await withEachEvent((harness, { id }) => harness.run(CheckStripeEvent, id).catch(() => undefined), status);
    await withEachEvent(async (harness) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        await harness.execute(new RetryStripeEvents());
        harness.clock.advance(DAY_MS);
      }
    }, status);
  }

  for (const intentOfCharge of ['pi_1', null]) {
    const harness = await PaymentsHarness.opened();
    harness.cards.charges.set('ch_1', intentOfCharge);
    recordStatuses(harness);
    const { id } = await harness.deliver(aDispute({ intentId: null, chargeId: 'ch_1' }));
    await harness.run(AskForCharge, id);
  }

  // An event about money of a second intent, which Stripe confirms.
  const harness = await PaymentsHarness.opened();
  const second = anIntent({ intentId: 'pi_2', paymentId: harness.payment.id, status: 'succeeded' });
  harness.cards.addIntent(second);
  recordStatuses(harness);
  const { id } = await harness.deliver(second);
  await harness.run(CheckStripeEvent, id);
  return transitions.lines;
}
