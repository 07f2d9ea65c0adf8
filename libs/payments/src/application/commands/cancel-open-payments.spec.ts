import { newId } from '@app/kernel/id.js';
import { PaymentsHarness } from '../../testing/payments-harness.js';
import { aPayment } from '../../testing/payments.contract.js';
import { CancelPayment } from '../jobs/cancel-payment.js';
import { CancelOpenPayments } from './cancel-open-payments.js';

const cancel = (harness: PaymentsHarness) => harness.execute(new CancelOpenPayments(harness.reservation!.id));

describe('CancelOpenPayments', () => {
  it('an open payment of the reservation is cancelled by a job, and no other one', async () => {
    const harness = await PaymentsHarness.opened();
    const { id } = harness.payment;
    const other = aPayment();
    await harness.payments.add(other);
    for (const _ of [1, 2]) await cancel(harness);
    expect(harness.jobs.waiting.sort()).toEqual([`payments.cancel-payment ${id}`, `payments.open-payment ${other.id}`]);
  });

  it('a payment that has no intent yet is cancelled too', async () => {
    const harness = await PaymentsHarness.begun();
    await cancel(harness);
    expect(harness.jobs.waiting).toContain(`payments.cancel-payment ${harness.payment.id}`);
  });

  it('a payment that has ended needs no job', async () => {
    const paid = await PaymentsHarness.paid();
    const cancelled = await PaymentsHarness.opened();
    await cancelled.run(CancelPayment, cancelled.payment.id);
    for (const harness of [paid, cancelled]) {
      await cancel(harness);
      expect(harness.jobs.waiting).toEqual([]);
    }
  });

  it('a reservation without payments needs no job', async () => {
    const harness = new PaymentsHarness();
    await harness.execute(new CancelOpenPayments(newId()));
    expect(harness.jobs.waiting).toEqual([]);
  });
});
