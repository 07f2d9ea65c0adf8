/** Short work; what the subject is depends on the kind. */
export type DueTask =
  | 'open-payment' // payment id: make sure its intent stands
  | 'check-payment' // payment id: ask Stripe how its intent stands
  | 'cancel-payment' // payment id: nobody need pay any more
  | 'cancel-intent' // intent id: one nobody should pay
  | 'submit-refund' // refund id
  | 'list-refunds' // payment id
  | 'check-event'; // event id: Stripe's own word about an event we doubt

/** Long looks through Stripe's lists, one of each in the whole system, due again and again. */
export type DueSweep = 'fetch-undelivered-events' | 'sweep-recent-days';

export const DUE_TASKS: readonly DueTask[] = [
  'open-payment',
  'check-payment',
  'cancel-payment',
  'cancel-intent',
  'submit-refund',
  'list-refunds',
  'check-event',
];
export const DUE_SWEEPS: readonly DueSweep[] = ['fetch-undelivered-events', 'sweep-recent-days'];

/** What is to be done at Stripe, one row a kind and subject. */
export type DueKind = DueTask | DueSweep;

export interface DueWork {
  readonly kind: DueKind;
  readonly subject: string;
  /** Under the next idempotency key: the last one would only give the old answer again. */
  readonly nextKey?: boolean;
}

export interface DueRow extends DueWork {
  /** Failures in a row. */
  readonly tries: number;
  /** How often it was asked for so far; asked for again meanwhile, it is not done. */
  readonly wanted: number;
}

/** The idempotency key under which a remote effect is tried. */
export interface KeyInUse {
  readonly attempt: number;
  /** Milliseconds since its first use. */
  readonly age: number;
}

export abstract class DueRows {
  /** Joins the transaction under way. Harmless when repeated. */
  abstract want(work: readonly DueWork[]): Promise<void>;

  /** Takes what is due, oldest first, under a lease: whoever dies with it gives it to the next. */
  abstract take(kinds: readonly DueKind[], limit: number): Promise<DueRow[]>;

  /** The row stays, because the number of its last key must outlive the work; a sweep's is due again after its time. */
  abstract done(row: DueWork & { readonly wanted?: number }): Promise<void>;

  /** Back-off, for ever. */
  abstract failed(row: DueRow, reason: string): Promise<void>;

  /** Not tried at all: Stripe asked for fewer requests. */
  abstract putBack(rows: readonly DueRow[]): Promise<void>;

  /** The key to use now; the first call for a key starts its age. */
  abstract key(work: DueWork): Promise<KeyInUse>;

  /** Leaves the key `attempt` behind; harmless when repeated. */
  abstract nextKey(work: DueWork, attempt: number): Promise<void>;
}
