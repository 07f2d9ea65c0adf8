/** What every implementation of `Disputes` promises, in memory and in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { Disputes } from '../domain/disputes.js';
import { aDispute } from './fake-card-payments.js';

interface Given {
  readonly disputes: Disputes;
  /** Of a payment that exists. */
  readonly paymentId: string;
  readonly stored: (disputeId: string) => Promise<{ status: string; closed: boolean }>;
}

const NOTHING = { isNew: false, hasClosed: false };

export function disputesContract(given: () => Promise<Given>): void {
  it('a dispute is new once, follows its status and stays closed', async () => {
    const { disputes, paymentId, stored } = await given();
    const opened = aDispute({ disputeId: `dp_${newId()}` });
    const { disputeId } = opened;
    expect(await disputes.record(opened, paymentId)).toEqual({ isNew: true, hasClosed: false });
    expect(await disputes.record({ ...opened, status: 'under_review' }, paymentId)).toEqual(NOTHING);
    expect(await stored(disputeId)).toEqual({ status: 'under_review', closed: false });
    expect(await disputes.record({ ...opened, status: 'lost', closed: true }, paymentId)).toEqual({ isNew: false, hasClosed: true });
    expect(await disputes.record(opened, paymentId)).toEqual(NOTHING);
    expect(await stored(disputeId)).toEqual({ status: 'lost', closed: true });
  });

  it('a dispute that is first seen closed is recorded closed', async () => {
    const { disputes, paymentId, stored } = await given();
    const won = aDispute({ disputeId: `dp_${newId()}`, status: 'won', closed: true });
    expect(await disputes.record(won, paymentId)).toEqual({ isNew: true, hasClosed: true });
    expect(await disputes.record(won, paymentId)).toEqual(NOTHING);
    expect(await stored(won.disputeId)).toEqual({ status: 'won', closed: true });
  });
}
