import { createHash } from 'node:crypto';
import { DAY_MS } from '@app/kernel/durations.js';
import { addMs } from '@app/kernel/instants.js';

/** A client that lost the answer, or two tabs at once, ask again with the same token. */
const REPEAT_MS = 10_000;
/** An ended session is kept until no access token of it can be alive (a day), with a margin. */
const ENDED_KEPT_MS = 2 * DAY_MS;

export interface SessionState {
  readonly id: string;
  readonly userId: string;
  /** Of the newest refresh token. A fast hash is enough: a token has 256 random bits. */
  readonly tokenHash: string;
  /** Of the token that the newest one followed. */
  readonly previousTokenHash: string | null;
  readonly rotatedAt: Date | null;
  readonly createdAt: Date;
  /** Nothing is refreshed afterwards, and the row is deleted. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

export interface SessionLifetimes {
  /** Without a refresh. */
  readonly unusedMs: number;
  /** In all, however often it is refreshed. */
  readonly wholeMs: number;
}

interface RefreshRequest {
  readonly token: string;
  /** Whether the token was made here, however old it is. */
  readonly isGenuine: boolean;
  readonly successors: readonly [string, ...string[]];
  readonly lifetimes: SessionLifetimes;
  readonly now: Date;
}

/** One login and the refresh tokens that follow from it: each is good once. In real time, as the access tokens. */
export class Session {
  #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  static begin(login: { id: string; userId: string; refreshToken: string; lifetimes: SessionLifetimes; now: Date }): Session {
    const { id, userId, refreshToken, lifetimes, now } = login;
    return new Session({
      id,
      userId,
      tokenHash: hashOf(refreshToken),
      previousTokenHash: null,
      rotatedAt: null,
      createdAt: now,
      expiresAt: expiryOf({ createdAt: now, lifetimes, now }),
      endedAt: null,
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * Returns the next refresh token; the same one for a repeat within ten seconds. Null for any other token. One that was given before ends the
   * session: either its sender or the owner of the newest token is a thief. An invented one (`isGenuine` false) changes nothing: the id of a
   * session is no secret. `successors`: the first is new, the others may have been given before.
   */
  refresh(request: RefreshRequest): string | null {
    const { token, isGenuine, successors, lifetimes, now } = request;
    const { createdAt } = this.#state;
    const expiresAt = expiryOf({ createdAt, lifetimes, now });
    if (this.#state.endedAt !== null || this.#state.expiresAt <= now || expiresAt <= now) return null;
    const hash = hashOf(token);
    if (hash === this.#state.tokenHash) {
      const [next] = successors;
      this.#state = { ...this.#state, tokenHash: hashOf(next), previousTokenHash: hash, rotatedAt: now, expiresAt };
      return next;
    }
    const given = this.isRepeat(hash, now) ? this.newestOf(successors) : null;
    if (given === null && isGenuine) this.end(now);
    return given;
  }

  /** Ends the session for the owner of any of its refresh tokens, of an old one too. */
  logOut({ token, isGenuine, now }: { token: string; isGenuine: boolean; now: Date }): void {
    const { tokenHash, previousTokenHash } = this.#state;
    if (isGenuine || [tokenHash, previousTokenHash].includes(hashOf(token))) this.end(now);
  }

  end(now: Date): void {
    if (this.#state.endedAt !== null) return;
    this.#state = { ...this.#state, endedAt: now, expiresAt: addMs(now, ENDED_KEPT_MS) };
  }

  private isRepeat(hash: string, now: Date): boolean {
    const { previousTokenHash, rotatedAt } = this.#state;
    return hash === previousTokenHash && rotatedAt !== null && now.getTime() - rotatedAt.getTime() <= REPEAT_MS;
  }

  private newestOf(successors: readonly string[]): string | null {
    return successors.find((token) => hashOf(token) === this.#state.tokenHash) ?? null;
  }
}

function expiryOf({ createdAt, lifetimes, now }: { createdAt: Date; lifetimes: SessionLifetimes; now: Date }): Date {
  return new Date(Math.min(now.getTime() + lifetimes.unusedMs, createdAt.getTime() + lifetimes.wholeMs));
}

/** The id of the session that a refresh token says it is of. */
export function sessionIdOf(refreshToken: string): string {
  return refreshToken.split('.')[0] ?? '';
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
