import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import { disputesContract } from './disputes.contract.js';
import { InMemoryDisputes } from './in-memory-disputes.js';
import { InMemoryOwedRefundsWatermark } from './in-memory-owed-refunds-watermark.js';
import { InMemoryPayments } from './in-memory-payments.js';
import { InMemoryStripeEvents } from './in-memory-stripe-events.js';
import { owedRefundsWatermarkContract } from './owed-refunds-watermark.contract.js';
import { paymentsContract } from './payments.contract.js';
import { refundChecksContract } from './refund-checks.contract.js';
import { stripeEventsContract } from './stripe-events.contract.js';

describe('Payments in memory', () => {
  const given = () => {
    const [clock, disputes] = [new FixedClock(), new InMemoryDisputes()];
    return Promise.resolve({ clock, disputes, payments: new InMemoryPayments(new InMemoryJobs(clock), disputes, clock) });
  };
  paymentsContract(given);
  refundChecksContract(given);
});

describe('The watermark of owed refunds in memory', () => {
  owedRefundsWatermarkContract(() => Promise.resolve(new InMemoryOwedRefundsWatermark()));
});

describe('Stripe events in memory', () => {
  stripeEventsContract(() => {
    const clock = new FixedClock();
    return Promise.resolve({ clock, stripeEvents: new InMemoryStripeEvents(clock) });
  });
});

describe('Disputes in memory', () => {
  disputesContract(() => Promise.resolve({ disputes: new InMemoryDisputes(), paymentId: newId() }));
});
