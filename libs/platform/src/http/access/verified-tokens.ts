/** Remembers the access tokens that were verified, until they expire: a client sends the same one with each request. */
import type { Principal } from './principal.js';

/** Two generations of this many: about 10 MB. The older generation is dropped when the newer is full. */
const MAX_TOKENS = 10_000;

export class VerifiedTokens {
  #newer = new Map<string, { readonly principal: Principal; readonly expiresAt: number }>();
  #older = new Map(this.#newer);

  constructor(private readonly maxTokens = MAX_TOKENS) {}

  /** `expiresAt` is the claim `exp`: in seconds, by the clock of the machine. */
  add(token: string, principal: Principal, expiresAt: number): void {
    if (this.#newer.size >= this.maxTokens) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(token, { principal, expiresAt });
  }

  get(token: string): Principal | null {
    const found = this.#newer.get(token) ?? this.#older.get(token);
    if (found === undefined || Math.floor(Date.now() / 1_000) >= found.expiresAt) return null;
    return found.principal;
  }
}
