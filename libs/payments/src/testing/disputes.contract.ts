/** What every book of disputes promises, whether it is kept in memory or in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import type { Disputes } from '../domain/disputes.js';
import { aDispute } from './fake-card-payments.js';

interface Given {
  readonly disputes: Disputes;
  /** A payment there is. */
  readonly paymentId: string;
  readonly standing: (disputeId: string) => Promise<{ status: string; closed: boolean }>;
}

export function disputesContract(given: () => Promise<Given>): void {
  it('knows a dispute it has heard of, and stays with its end', async () => {
    const { disputes, paymentId, standing } = await given();
    const opened = aDispute({ disputeId: `dp_${newId()}` });
    const { disputeId } = opened;
    expect(await disputes.record(opened, paymentId)).toBe(true);
    expect(await disputes.record({ ...opened, status: 'under_review' }, paymentId)).toBe(false);
    expect(await standing(disputeId)).toEqual({ status: 'under_review', closed: false });
    expect(await disputes.record({ ...opened, status: 'lost', closed: true }, paymentId)).toBe(false);
    expect(await disputes.record(opened, paymentId)).toBe(false);
    expect(await standing(disputeId)).toEqual({ status: 'lost', closed: true });
  });

  it('takes in one it only hears of at its end', async () => {
    const { disputes, paymentId, standing } = await given();
    const won = aDispute({ disputeId: `dp_${newId()}`, status: 'won', closed: true });
    expect(await disputes.record(won, paymentId)).toBe(true);
    expect(await standing(won.disputeId)).toEqual({ status: 'won', closed: true });
  });
}
