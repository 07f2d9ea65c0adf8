/** What a handler finds around it, without a database or other contexts. */
import type { Query, QueryBus } from '@nestjs/cqrs';
import type { Database } from '@app/platform/persistence/database.js';
import { TimeZones } from '../domain/time-zones.js';

/** Answers by the class of the question; anything else fails. */
export class Answers {
  readonly asked: unknown[] = [];
  readonly #answers = new Map<unknown, (question: never) => unknown>();

  to<Q extends Query<unknown>>(question: new (...parts: never[]) => Q, answer: (question: Q) => unknown): this {
    this.#answers.set(question, answer);
    return this;
  }

  get bus(): QueryBus {
    const execute = async (question: object): Promise<unknown> => {
      this.asked.push(question);
      const answer = this.#answers.get(question.constructor);
      if (answer === undefined) throw new Error(`Nobody answers ${question.constructor.name}`);
      return Promise.resolve(answer(question as never));
    };
    return { execute } as unknown as QueryBus;
  }
}

/** Runs the work as it is. */
export const noDatabase = {
  once: <T>(effect: () => Promise<T>) => effect(),
  transaction: <T>(work: () => Promise<T>) => work(),
} as unknown as Database;

/** Knows two zones. */
export class TwoTimeZones extends TimeZones {
  spelling(name: string): string | null {
    return ['Europe/Berlin', 'Europe/Lisbon'].find((zone) => zone.toLowerCase() === name.toLowerCase()) ?? null;
  }
}
