/** What fails in a search or a sweep stops nothing else: what stands behind it would never be reached, because the next one begins at the same place. */
import { isDatabaseAway } from '../persistence/database-errors.js';

export class Failures {
  readonly #errors: unknown[] = [];

  /** Keeps what `work` throws. Throws it at once where the database is away: everything else would wait for it too. Returns whether nothing failed. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.#errors.push(error);
      return false;
    }
  }

  /** Call it at the end, so that the job is tried again, and its failure seen. */
  throwFirst(): void {
    if (this.#errors.length > 0) throw this.#errors[0];
  }
}
