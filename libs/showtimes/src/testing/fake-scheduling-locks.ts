import { SchedulingLocks } from '../domain/scheduling-locks.js';

/** Locks nothing, and remembers the calls. */
export class FakeSchedulingLocks extends SchedulingLocks {
  readonly locked: { movieIds: readonly string[]; roomIds: readonly string[] }[] = [];
  readonly blocked: unknown[] = [];

  async lockForScheduling(movieIds: readonly string[], roomIds: readonly string[]): Promise<void> {
    this.locked.push({ movieIds, roomIds });
    return Promise.resolve();
  }

  async blockScheduling(of: { readonly movieId: string } | { readonly roomIds: readonly string[] }): Promise<void> {
    this.blocked.push(of);
    return Promise.resolve();
  }
}
