import { UserRegistered } from '@app/contracts/auth.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';

/** `failed`: it was tried for three days, or cannot be tried any more. */
export const WEBHOOK_DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;
export type WebhookDeliveryStatus = (typeof WEBHOOK_DELIVERY_STATUSES)[number];

/** The pauses after each failure that Standard Webhooks 1.0 recommends, 75 hours in all. */
const PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const LAST_PAUSE_MS = 24 * HOUR_MS;
/** No attempt is planned further ahead. */
export const MAX_PAUSE_MS = 26 * HOUR_MS;
/** A delivery is given up where its next attempt would be later than this after the first. Time decides, not the number of attempts, because attempts are brought forward. */
export const GIVE_UP_AFTER_MS = 80 * HOUR_MS;
/** The pause after an attempt that failed by a fault of ours. It does not grow. */
export const NOT_SENT_PAUSE_MS = 5 * MINUTE_MS;
/** Spreads the pauses: deliveries that failed together must not be repeated together. */
const SPREAD = 0.05;

/** The type of a test event. It is published nowhere: only the endpoint gets it. */
export const TEST_EVENT_TYPE = 'subscriptions.endpoint-tested.v1';

/** Its data names a person. An endpoint may repeat in its answer what it refuses, and nothing would remove that when the person is erased. */
const TYPE_WITH_NAME = UserRegistered.type;

export interface WebhookDeliveryState {
  readonly id: string;
  readonly endpointId: string;
  /** Also the `webhook-id`. */
  readonly eventId: string;
  readonly type: string;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
  /** When it is tried next; null unless it waits. While a worker tries it, the end of its lease. */
  readonly nextAttemptAt: Date | null;
  /** Of the last attempt. */
  readonly responseStatus: number | null;
  /** The beginning of the last answer that was no success; null where the event names a person. */
  readonly answer: string | null;
  /** Why the last attempt failed without an answer. */
  readonly error: string | null;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

/** How an attempt ended. */
export type WebhookResult =
  | { readonly kind: 'answered'; readonly status: number; readonly answer: string; readonly askedPauseMs: number | null }
  /** Without an answer. `isFinal`: no other attempt would end otherwise. */
  | { readonly kind: 'unanswered'; readonly error: string; readonly isFinal?: boolean }
  /** Nothing was sent, by a fault of ours. It is no attempt. */
  | { readonly kind: 'not-sent'; readonly error: string };

export function isSuccess(result: WebhookResult): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status <= 299;
}

/** One event for one endpoint. Times are those of the domain's clock. */
export class WebhookDelivery {
  #state: WebhookDeliveryState;

  constructor(state: WebhookDeliveryState) {
    this.#state = state;
  }

  static request(event: { endpointId: string; eventId: string; type: string }, now: Date): WebhookDelivery {
    const untried = { attempts: 0, firstAttemptAt: null, responseStatus: null, answer: null, error: null };
    return new WebhookDelivery({
      id: newId(),
      ...event,
      status: 'waiting',
      ...untried,
      nextAttemptAt: now,
      requestedAt: now,
      endedAt: null,
    });
  }

  get state(): WebhookDeliveryState {
    return this.#state;
  }

  /**
   * What came of an attempt that began at `startedAt`. A success counts also where it comes late; a failure only while the delivery waits. `hasMoved`:
   * the endpoint has another address since, where it is tried at once.
   */
  record(result: WebhookResult, { startedAt, endedAt, hasMoved = false }: { startedAt: Date; endedAt: Date; hasMoved?: boolean }): void {
    const { status, attempts } = this.#state;
    if (status === 'delivered' || (status === 'failed' && !isSuccess(result))) return;
    if (result.kind === 'not-sent') {
      this.#state = { ...this.#state, error: result.error, nextAttemptAt: addMs(endedAt, NOT_SENT_PAUSE_MS) };
      return;
    }
    const firstAttemptAt = this.#state.firstAttemptAt ?? startedAt;
    const answered = result.kind === 'answered' ? result : null;
    const of = { attempts: attempts + 1, firstAttemptAt, responseStatus: answered?.status ?? null };
    if (isSuccess(result)) {
      this.#state = { ...this.#state, ...of, status: 'delivered', answer: null, error: null, nextAttemptAt: null, endedAt };
      return;
    }
    const next = hasMoved ? endedAt : addMs(endedAt, pauseMs(attempts + 1));
    const isLate = !hasMoved && next.getTime() - firstAttemptAt.getTime() > GIVE_UP_AFTER_MS;
    const isOver = (result.kind === 'unanswered' && result.isFinal) || isLate;
    const end = isOver ? ({ status: 'failed', nextAttemptAt: null, endedAt } as const) : { nextAttemptAt: next };
    this.#state = {
      ...this.#state,
      ...of,
      answer: this.#state.type === TYPE_WITH_NAME ? null : (answered?.answer ?? null),
      error: result.kind === 'unanswered' ? result.error : null,
      ...end,
    };
  }

  /** It is sent again as if it had never been tried: also one that was delivered, to a receiver that lost it. */
  replay(now: Date): void {
    this.#state = { ...this.#state, status: 'waiting', attempts: 0, firstAttemptAt: null, nextAttemptAt: now, endedAt: null };
  }
}

/** After so many failures. */
function pauseMs(failures: number): number {
  const middle = PAUSES_MS[failures - 1] ?? LAST_PAUSE_MS;
  return Math.round(middle * (1 + SPREAD * (2 * Math.random() - 1)));
}
