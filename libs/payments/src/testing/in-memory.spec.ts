import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import { newId } from '@app/kernel/id.js';
import { disputesContract } from './disputes.contract.js';
import { dueRowsContract } from './due-rows.contract.js';
import { InMemoryDisputes } from './in-memory-disputes.js';
import { InMemoryDueRows } from './in-memory-due-rows.js';
import { InMemoryPayments } from './in-memory-payments.js';
import { InMemoryStripeEvents } from './in-memory-stripe-events.js';
import { paymentsContract } from './payments.contract.js';
import { stripeEventsContract } from './stripe-events.contract.js';

describe('Payments kept in memory', () => {
  paymentsContract(() => Promise.resolve(new InMemoryPayments(new InMemoryDueRows(new FixedClock()))));
});

describe('Due work kept in memory', () => {
  dueRowsContract(() => {
    const clock = new FixedClock();
    return Promise.resolve({ clock, dueRows: new InMemoryDueRows(clock) });
  });
});

describe("Stripe's events kept in memory", () => {
  stripeEventsContract(() => {
    const clock = new FixedClock();
    return Promise.resolve({ clock, stripeEvents: new InMemoryStripeEvents(clock) });
  });
});

describe('Disputes kept in memory', () => {
  disputesContract(() => {
    const disputes = new InMemoryDisputes();
    const standing = (disputeId: string) => {
      const { status, closed } = disputes.all.get(disputeId)!;
      return Promise.resolve({ status, closed });
    };
    return Promise.resolve({ disputes, standing, paymentId: newId() });
  });
});
