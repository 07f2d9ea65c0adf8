import { Session, type SessionState } from '../domain/session.js';
import { Sessions } from '../domain/sessions.js';

/** Knows no users: every session is added. */
export class InMemorySessions extends Sessions {
  readonly states = new Map<string, SessionState>();

  async add(session: Session): Promise<boolean> {
    this.states.set(session.state.id, session.state);
    return Promise.resolve(true);
  }

  async change<T>(id: string, decide: (session: Session) => T): Promise<T | null> {
    const state = this.states.get(id);
    if (state === undefined) return Promise.resolve(null);
    const session = new Session(state);
    const result = decide(session);
    this.states.set(id, session.state);
    return Promise.resolve(result);
  }

  async endAll(userId: string, { now, except }: { now: Date; except?: string | undefined }): Promise<void> {
    for (const { id, userId: owner } of this.states.values())
      if (owner === userId && id !== except) await this.change(id, (session) => session.end(now));
  }

  removeOfEverybody(): Promise<number> {
    const count = this.states.size;
    this.states.clear();
    return Promise.resolve(count);
  }

  async removeAll(userId: string): Promise<void> {
    for (const { id, userId: owner } of this.states.values()) if (owner === userId) this.states.delete(id);
    return Promise.resolve();
  }
}
