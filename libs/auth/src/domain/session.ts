import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@app/kernel/id.js';

/** A client that lost the answer, or two tabs at once, ask again with the same token. */
const REPEAT_MS = 10_000;
/** An ended session is kept until no access token of it can be alive (a day), with a margin. */
const ENDED_KEPT_MS = 2 * 86_400_000;
const SECRET_BYTES = 32;

export interface SessionState {
  readonly id: string;
  readonly userId: string;
  /** Of the newest refresh token. A fast hash does: the tokens have 256 bits that nobody guesses. */
  readonly tokenHash: string;
  /** Of the token that the newest one followed. */
  readonly previousTokenHash: string | null;
  readonly rotatedAt: Date | null;
  readonly createdAt: Date;
  /** Nothing is refreshed afterwards, and the row is deleted. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** One login and the refresh tokens that follow from it: each is good once. In real time, as the access tokens. */
export class Session {
  #state: SessionState;

  constructor(state: SessionState) {
    this.#state = state;
  }

  static begin({ userId, lifetimeMs, now }: { userId: string; lifetimeMs: number; now: Date }): { session: Session; refreshToken: string } {
    const id = newId();
    const refreshToken = `${id}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    const state = {
      id,
      userId,
      tokenHash: hashOf(refreshToken),
      previousTokenHash: null,
      rotatedAt: null,
      createdAt: now,
      expiresAt,
      endedAt: null,
    };
    return { session: new Session(state), refreshToken };
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * Returns the next refresh token; the same one for a repeat within ten seconds. Null for any other token, which ends the session: either
   * the one who sends it or the one who has the newest token is a thief. `successors`: the first is new, the others may have been given before.
   */
  refresh(request: { token: string; successors: readonly [string, ...string[]]; lifetimeMs: number; now: Date }): string | null {
    const { token, successors, lifetimeMs, now } = request;
    if (this.#state.endedAt !== null || this.#state.expiresAt <= now) return null;
    const hash = hashOf(token);
    if (hash === this.#state.tokenHash) {
      const [next] = successors.map((secret) => `${this.#state.id}.${secret}`) as [string];
      const expiresAt = new Date(now.getTime() + lifetimeMs);
      this.#state = { ...this.#state, tokenHash: hashOf(next), previousTokenHash: hash, rotatedAt: now, expiresAt };
      return next;
    }
    const given = this.isRepeat(hash, now) ? this.newestOf(successors) : null;
    if (given === null) this.end(now);
    return given;
  }

  end(now: Date): void {
    if (this.#state.endedAt !== null) return;
    this.#state = { ...this.#state, endedAt: now, expiresAt: new Date(now.getTime() + ENDED_KEPT_MS) };
  }

  private isRepeat(hash: string, now: Date): boolean {
    const { previousTokenHash, rotatedAt } = this.#state;
    return hash === previousTokenHash && rotatedAt !== null && now.getTime() - rotatedAt.getTime() <= REPEAT_MS;
  }

  private newestOf(successors: readonly string[]): string | null {
    const tokens = successors.map((secret) => `${this.#state.id}.${secret}`);
    return tokens.find((token) => hashOf(token) === this.#state.tokenHash) ?? null;
  }
}

/** The id of the session that a refresh token says it is of. */
export function sessionIdOf(refreshToken: string): string {
  return refreshToken.split('.')[0] ?? '';
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
