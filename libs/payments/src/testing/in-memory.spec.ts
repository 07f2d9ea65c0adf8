import { FixedClock } from '@app/kernel/clock.js';
import { dueRowsContract } from './due-rows.contract.js';
import { InMemoryDueRows } from './in-memory-due-rows.js';
import { InMemoryPayments } from './in-memory-payments.js';
import { paymentsContract } from './payments.contract.js';

describe('Payments kept in memory', () => {
  paymentsContract(() => Promise.resolve(new InMemoryPayments(new InMemoryDueRows(new FixedClock()))));
});

describe('Due work kept in memory', () => {
  dueRowsContract(() => {
    const clock = new FixedClock();
    return Promise.resolve({ clock, dueRows: new InMemoryDueRows(clock) });
  });
});
