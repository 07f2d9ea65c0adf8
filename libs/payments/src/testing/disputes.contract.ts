/** What every implementation of `Disputes` promises, in memory and in PostgreSQL. */
import { newId } from '@app/kernel/id.js';
import { BY_EVENT, disputeOutcome, type Disputes } from '../domain/disputes.js';
import type { DisputeFact } from '../domain/stripe-facts.js';
import { aDispute } from './fake-card-payments.js';

interface DisputesFixture {
  readonly disputes: Disputes;
  /** Of a payment that exists. */
  readonly paymentId: string;
}

const LOST = { status: 'lost', closed: true } as const;
const WON = { status: 'won', closed: true } as const;
const fee = { amount: 1_500, currency: 'USD' };
const WITHDRAWN = { movements: 1, reinstated: 0, fee };

export function disputesContract(given: () => Promise<DisputesFixture>): void {
  /** Each fact comes as an event. Returns how the dispute stands after each. */
  async function afterEvents(...facts: readonly Partial<DisputeFact>[]): Promise<string[]> {
    const { disputes, paymentId } = await given();
    const disputeId = `dp_${newId()}`;
    const steps: string[] = [];
    for (const fact of facts) {
      const { before, after, isDoubtful } = await disputes.record(aDispute({ disputeId, ...fact }), paymentId, BY_EVENT);
      expect(await disputes.ofPayments([paymentId, newId()])).toEqual([after]);
      expect(await disputes.find(disputeId)).toEqual(after);
      steps.push(`${before?.status ?? 'new'} > ${after.status}${isDoubtful ? '?' : ''}`);
    }
    return steps;
  }

  it('an open dispute follows its status, and old news of it changes nothing', async () => {
    const under = { status: 'under_review' };
    expect(await afterEvents({}, under, {}, LOST)).toEqual([
      'new > needs_response',
      'needs_response > under_review',
      'under_review > under_review',
      'under_review > lost',
    ]);
    const inquiry = { status: 'warning_under_review' };
    expect(await afterEvents(inquiry, {}, inquiry)).toEqual([
      'new > warning_under_review',
      'warning_under_review > needs_response',
      'needs_response > needs_response',
    ]);
  });

  it('a dispute in an appeal follows its status, and old news changes nothing', async () => {
    const under = { status: 'under_review' };
    const [asked, reviewed] = [{ status: 'appeal_needs_response' }, { status: 'appeal_under_review' }];
    expect(await afterEvents(under, asked, under, reviewed, asked, WON)).toEqual([
      'new > under_review',
      'under_review > appeal_needs_response',
      'appeal_needs_response > appeal_needs_response',
      'appeal_needs_response > appeal_under_review',
      'appeal_under_review > appeal_under_review',
      'appeal_under_review > won',
    ]);
  });

  it('no event changes a decision, and one that says something else is doubtful', async () => {
    expect(await afterEvents(LOST, {}, WON, LOST)).toEqual(['new > lost', 'lost > lost?', 'lost > lost?', 'lost > lost']);
    expect(await afterEvents(WON, LOST)).toEqual(['new > won', 'won > won?']);
  });

  it('an answer of Stripe changes a decision, and opens a dispute again', async () => {
    const { disputes, paymentId } = await given();
    const disputeId = `dp_${newId()}`;
    await disputes.record(aDispute({ disputeId, ...LOST }), paymentId, BY_EVENT);
    const appealed = await disputes.record(aDispute({ disputeId, ...WON }), paymentId, { statusWhenAsked: 'lost' });
    expect(appealed).toMatchObject({ before: { lost: 2_500 }, after: { status: 'won', lost: 0 }, isDoubtful: false });
    const reopened = await disputes.record(aDispute({ disputeId }), paymentId, { statusWhenAsked: 'won' });
    expect(disputeOutcome(reopened.after)).toBe('open');
  });

  it('an answer that was overtaken by an event is doubtful', async () => {
    const { disputes, paymentId } = await given();
    const disputeId = `dp_${newId()}`;
    await disputes.record(aDispute({ disputeId, ...WON }), paymentId, BY_EVENT);
    const late = await disputes.record(aDispute({ disputeId }), paymentId, { statusWhenAsked: 'under_review' });
    expect(late).toMatchObject({ after: { status: 'won' }, isDoubtful: true });
  });

  it('the movements of a decision that is not believed are not either', async () => {
    const { disputes, paymentId } = await given();
    const disputeId = `dp_${newId()}`;
    const returned = { movements: 2, reinstated: 2_500, fee };
    await disputes.record(aDispute({ disputeId, ...LOST, funds: WITHDRAWN }), paymentId, BY_EVENT);
    const won = aDispute({ disputeId, ...WON, funds: returned });
    expect(await disputes.record(won, paymentId, BY_EVENT)).toMatchObject({ after: { lost: 2_500, funds: WITHDRAWN }, isDoubtful: true });
    expect(await disputes.record(won, paymentId, { statusWhenAsked: 'lost' })).toMatchObject({ after: { lost: 0, funds: returned } });
  });

  it('a dispute differs that is not known, has another status, or moved more money', async () => {
    const { disputes, paymentId } = await given();
    const [known, unknown] = [`dp_${newId()}`, `dp_${newId()}`];
    await disputes.record(aDispute({ disputeId: known, funds: WITHDRAWN }), paymentId, BY_EVENT);
    const of = (own: Partial<DisputeFact>): DisputeFact => aDispute({ disputeId: known, funds: WITHDRAWN, ...own });
    for (const other of [of({ disputeId: unknown }), of(LOST), of({ funds: { ...WITHDRAWN, movements: 2 } })])
      expect(await disputes.differing([other])).toEqual([other]);
    const older = of({ funds: { movements: 0, reinstated: 0, fee: null } });
    for (const same of [of({}), older])
      expect(await disputes.differing([same, of({ disputeId: unknown })])).toEqual([of({ disputeId: unknown })]);
    expect(await disputes.differing([])).toEqual([]);
  });

  it('open disputes and those decided after a time are found', async () => {
    const { disputes, paymentId } = await given();
    const [open, lost] = [`dp_1_${newId()}`, `dp_2_${newId()}`];
    await disputes.record(aDispute({ disputeId: open }), paymentId, BY_EVENT);
    const { after } = await disputes.record(aDispute({ disputeId: lost, ...LOST }), paymentId, BY_EVENT);
    const found = async (time: number) => (await disputes.idsOpenOrClosedAfter(new Date(time))).filter((id) => id === open || id === lost);
    expect(await found(after.closedAt!.getTime() - 1)).toEqual([open, lost]);
    expect(await found(after.closedAt!.getTime())).toEqual([open]);
  });

  it('what the bank keeps and the fee follow the youngest movements', async () => {
    const { disputes, paymentId } = await given();
    const disputeId = `dp_${newId()}`;
    const partly = { movements: 2, reinstated: 1_000, fee: { amount: 1_400, currency: 'USD' } };
    for (const [own, lost, funds] of [
      [{}, 0, { movements: 0, reinstated: 0, fee: null }],
      [{ funds: WITHDRAWN }, 0, WITHDRAWN],
      [{ ...LOST, funds: WITHDRAWN }, 2_500, WITHDRAWN],
      [{ ...LOST, funds: partly }, 1_500, partly],
      [{ ...LOST, funds: WITHDRAWN }, 1_500, partly],
    ] as const) {
      const { after } = await disputes.record(aDispute({ disputeId, ...own }), paymentId, BY_EVENT);
      expect(after).toMatchObject({ lost, funds });
      expect(await disputes.ofPayments([paymentId])).toEqual([after]);
    }
  });
}
