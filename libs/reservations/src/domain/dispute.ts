/** What a reservation knows of the disputes of its payments. What is owed stays as it is. */
import { DisputeRecorded } from '@app/contracts/reservations.js';
import type { RecordedDispute, ReservationChange, ReservationState } from './reservation-state.js';

/** The latest news of a payment counts, in any order: a dispute can be decided anew. */
export function recordDispute(
  { id: reservationId, showtimeId, customerId, disputes }: ReservationState,
  news: Required<RecordedDispute>,
): readonly ReservationChange[] {
  const { id: disputeId, outcome } = news;
  const known = disputes.find((dispute) => dispute.id === disputeId);
  if (known !== undefined && (known.outcome === outcome || !isLater(news, known))) return [];
  const recorded = [...disputes.filter((dispute) => dispute !== known), news];
  const disputed = recorded.some((dispute) => dispute.outcome !== 'won');
  const event = new DisputeRecorded({ reservationId, showtimeId, customerId, disputeId, outcome, disputed });
  return [{ event, changes: { disputes: recorded, disputed } }];
}

/** A decision without a number is later than the beginning, and earlier than a decision with one. */
function isLater(news: Required<RecordedDispute>, known: RecordedDispute): boolean {
  return known.sequence === undefined ? news.outcome !== 'open' : news.sequence > known.sequence;
}
