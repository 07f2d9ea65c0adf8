/** What a handler finds around it, without a database or other contexts. */
import type { Query, QueryBus } from '@nestjs/cqrs';
import type { Database } from '@app/platform/persistence/database.js';
import { Timetable } from '../domain/timetable.js';

/** Answers by the class of the question; anything else fails. */
export class Answers {
  readonly #answers = new Map<unknown, (question: never) => unknown>();

  to<Q extends Query<unknown>>(question: new (...parts: never[]) => Q, answer: (question: Q) => unknown): this {
    this.#answers.set(question, answer);
    return this;
  }

  get bus(): QueryBus {
    const execute = async (question: object): Promise<unknown> => {
      const answer = this.#answers.get(question.constructor);
      if (answer === undefined) throw new Error(`Nobody answers ${question.constructor.name}`);
      return Promise.resolve(answer(question as never));
    };
    return { execute } as unknown as QueryBus;
  }
}

/** Runs the work as it is. */
export const noDatabase = {
  inTransaction: false,
  once: <T>(effect: () => Promise<T>) => effect(),
  transaction: <T>(work: () => Promise<T>) => work(),
} as unknown as Database;

/** Writes down who came in. */
export class OpenTimetable extends Timetable {
  readonly entered: { movieId: string; roomIds: readonly string[] }[] = [];
  readonly frozen: unknown[] = [];

  async enter(movieId: string, roomIds: readonly string[]): Promise<void> {
    this.entered.push({ movieId, roomIds });
    return Promise.resolve();
  }

  async freeze(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void> {
    this.frozen.push(of);
    return Promise.resolve();
  }
}
