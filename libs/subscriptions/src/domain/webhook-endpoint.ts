import { DAY_MS, HOUR_MS } from '@app/kernel/durations.js';
import { newId } from '@app/kernel/id.js';
import { addMs } from '@app/kernel/instants.js';
import { WebhookEndpointIsDisabled } from './errors.js';

/** A deleted one waits for the deletion of its deliveries. */
const WEBHOOK_ENDPOINT_STATUSES = ['enabled', 'disabled', 'deleted'] as const;
type WebhookEndpointStatus = (typeof WEBHOOK_ENDPOINT_STATUSES)[number];

/** `gone`: it answered 410. `failing`: it failed for five days. */
export const DISABLED_REASONS = ['gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** The secret before a rotation signs for so long, so that the receiver can change over. */
export const SECRET_OVERLAP_MS = DAY_MS;
/** An endpoint that fails for so long is disabled: longer than one event is tried, and than a long weekend. */
export const DISABLED_AFTER_MS = 5 * DAY_MS;
/** The longest pause that an endpoint can ask for with `Retry-After`. */
export const MAX_ASKED_PAUSE_MS = HOUR_MS;

/** What an admin chooses. */
export interface WebhookEndpointSettings {
  readonly url: string;
  readonly description: string;
  /** Event types. Null: every type, also those that are added later. */
  readonly types: readonly string[] | null;
}

export interface WebhookEndpointState extends WebhookEndpointSettings {
  readonly id: string;
  /** Grows with every change that an admin makes. */
  readonly version: number;
  readonly status: WebhookEndpointStatus;
  readonly disabledReason: DisabledReason | null;
  /** Sealed. */
  readonly secret: string;
  /** Sealed. It signs too until `previousSecretUntil`. */
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
  /** The last event of the feed that was collected for it. Null: none yet. */
  readonly cursor: string | null;
  /** The first failure since the last success. */
  readonly failingSince: Date | null;
  /** It asked for no request before then. */
  readonly pausedUntil: Date | null;
  readonly createdAt: Date;
}

interface EndpointFailure {
  readonly at: Date;
  /** It answered 410. */
  readonly isGone: boolean;
  /** From its `Retry-After`. Null where it asked for no pause. */
  readonly askedPauseMs: number | null;
}

/** An address of another program that events are sent to. Times are those of the domain's clock. */
export class WebhookEndpoint {
  #state: WebhookEndpointState;

  constructor(state: WebhookEndpointState) {
    this.#state = state;
  }

  static create(
    settings: WebhookEndpointSettings,
    own: { id?: string; secret: string; cursor: string | null; now: Date },
  ): WebhookEndpoint {
    const { id = newId(), secret, cursor, now } = own;
    return new WebhookEndpoint({
      id,
      version: 1,
      ...settings,
      status: 'enabled',
      disabledReason: null,
      secret,
      previousSecret: null,
      previousSecretUntil: null,
      cursor,
      failingSince: null,
      pausedUntil: null,
      createdAt: now,
    });
  }

  get state(): WebhookEndpointState {
    return this.#state;
  }

  /** Failures, and a pause that was asked for, are of the address that failed: another one begins without. Returns whether it is another one. */
  change(settings: Partial<WebhookEndpointSettings>): boolean {
    const isAnother = settings.url !== undefined && settings.url !== this.#state.url;
    this.setByAdmin(isAnother ? { ...settings, failingSince: null, pausedUntil: null } : settings);
    return isAnother;
  }

  /** `secret` is sealed. The secret of now signs for 24 hours more; an older one does not any more. */
  rotateSecret(secret: string, now: Date): void {
    const previousSecretUntil = addMs(now, SECRET_OVERLAP_MS);
    this.setByAdmin({ secret, previousSecret: this.#state.secret, previousSecretUntil });
  }

  /** The same secrets, under another key. */
  resealSecrets(reseal: (sealed: string) => string): void {
    const { secret, previousSecret } = this.#state;
    this.set({ secret: reseal(secret), previousSecret: previousSecret === null ? null : reseal(previousSecret) });
  }

  /** Its failures are forgotten. Returns whether anything changed. */
  enable(): boolean {
    if (this.#state.status !== 'disabled') return false;
    this.setByAdmin({ status: 'enabled', disabledReason: null, failingSince: null, pausedUntil: null });
    return true;
  }

  /** It is never enabled again, and its secrets are forgotten. */
  delete(): void {
    this.setByAdmin({ status: 'deleted', disabledReason: null, secret: '', previousSecret: null, previousSecretUntil: null });
  }

  /** Whether an answer of this address tells of it: the address can change while an attempt is under way. */
  isAt(url: string): boolean {
    return this.#state.url === url;
  }

  /** Throws `WebhookEndpointIsDisabled`. */
  assertEnabled(): void {
    if (this.#state.status !== 'enabled') throw new WebhookEndpointIsDisabled();
  }

  /** Returns whether it had failed before: what waits for it does not have to wait any longer. */
  recordSuccess(): boolean {
    const hadFailed = this.#state.failingSince !== null;
    this.set({ failingSince: null, pausedUntil: null });
    return hadFailed;
  }

  /** Nothing can be sent to it for now, by a fault of ours. */
  pause(until: Date): void {
    const { pausedUntil } = this.#state;
    if (pausedUntil === null || pausedUntil < until) this.set({ pausedUntil: until });
  }

  /** Returns why it is disabled by this failure, or null. */
  recordFailure({ at, isGone, askedPauseMs }: EndpointFailure): DisabledReason | null {
    if (this.#state.status !== 'enabled') return null;
    const failingSince = this.#state.failingSince ?? at;
    const pauseMs = Math.min(askedPauseMs ?? 0, MAX_ASKED_PAUSE_MS);
    this.set({ failingSince, pausedUntil: pauseMs > 0 ? addMs(at, pauseMs) : this.#state.pausedUntil });
    const reason = isGone ? 'gone' : at.getTime() - failingSince.getTime() >= DISABLED_AFTER_MS ? 'failing' : null;
    if (reason !== null) this.set({ status: 'disabled', disabledReason: reason });
    return reason;
  }

  private setByAdmin(change: Partial<WebhookEndpointState>): void {
    this.set({ ...change, version: this.#state.version + 1 });
  }

  private set(change: Partial<WebhookEndpointState>): void {
    this.#state = { ...this.#state, ...change };
  }
}

/** The sealed secrets that sign now, the newest first. */
export function signingSecrets({
  secret,
  previousSecret,
  previousSecretUntil,
  now,
}: Pick<WebhookEndpointState, 'secret' | 'previousSecret' | 'previousSecretUntil'> & { now: Date }): string[] {
  const isOverlap = previousSecret !== null && previousSecretUntil !== null && now < previousSecretUntil;
  return isOverlap ? [secret, previousSecret] : [secret];
}
