/** Finds the transitions of the code: it applies every act in every state that can be reached, and records what changes. */
import { DomainError } from '@app/kernel/domain-error.js';

export class Transitions {
  readonly #lines = new Set<string>();

  add(from: string, to: string): void {
    if (from !== to) this.#lines.add(`${from} --> ${to}`);
  }

  get lines(): string[] {
    return [...this.#lines].sort();
  }
}

interface Lifecycle<Subject> {
  readonly start: () => Subject;
  readonly copy: (subject: Subject) => Subject;
  /** Everything that can be done to the subject as it is now. */
  readonly acts: (subject: Subject) => readonly (() => unknown)[];
  /** Two subjects with one key behave alike, so only the first is explored. */
  readonly keyOf: (subject: Subject) => string;
}

/** A refusal by the domain is no transition. */
export function explore<Subject>({ start, copy, acts, keyOf }: Lifecycle<Subject>): void {
  const first = start();
  const seen = new Set([keyOf(first)]);
  const queue = [first];
  for (let subject = queue.shift(); subject !== undefined; subject = queue.shift()) {
    for (let i = 0; i < acts(subject).length; i++) {
      const next = copy(subject);
      attempt(acts(next)[i]!);
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
}

/** `RangeError` is how an aggregate refuses what Stripe cannot report, such as a refund of more than was captured. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof RangeError)) throw error;
  }
}
