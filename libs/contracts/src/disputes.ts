/** What payments answers about disputes to a search for lost events. */
import { Query } from '@nestjs/cqrs';

export interface RecentDisputeView {
  readonly disputeId: string;
  readonly reservationId: string;
  readonly outcome: 'open' | 'won' | 'lost';
  /** The number of the last event of its payment. The outcome is what holds after it. */
  readonly sequence: number;
}

/** The disputes that are open, and those that were decided after a time. A page at a time, in the order of their ids. */
export class RecentDisputes extends Query<RecentDisputeView[]> {
  constructor(
    /** ISO instant, domain time. */
    readonly decidedAfter: string,
    /** The page begins after it; empty for the first one. */
    readonly afterDisputeId: string,
    readonly limit: number,
  ) {
    super();
  }
}
