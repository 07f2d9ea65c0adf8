import { EmailInUse, UserNotFound } from '../domain/errors.js';
import { type AdminSituation, User, type UserState } from '../domain/user.js';
import { Users } from '../domain/users.js';

/** Stores states and the types of recorded events. Nothing runs at the same moment, so it needs no locks. */
export class InMemoryUsers extends Users {
  readonly states = new Map<string, UserState>();
  readonly recorded: string[] = [];

  async add(user: User): Promise<void> {
    if ([...this.states.values()].some(({ email }) => email === user.state.email)) throw new EmailInUse();
    this.store(user);
    return Promise.resolve();
  }

  async addKnowingAdmins(decide: (situation: AdminSituation) => User | null): Promise<User | null> {
    const user = decide({ otherAdmins: this.adminsBesides(null) });
    if (user !== null) await this.add(user);
    return user;
  }

  async change<T>(id: string, decide: (user: User) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new UserNotFound();
    const user = new User(state);
    const result = decide(user);
    this.store(user);
    return Promise.resolve(result);
  }

  async changeWithAdminsLocked<T>(id: string, decide: (user: User, situation: AdminSituation) => T): Promise<T> {
    return this.change(id, (user) => decide(user, { otherAdmins: this.adminsBesides(id) }));
  }

  async erase(id: string, decide: (user: User, situation: AdminSituation) => void): Promise<void> {
    await this.changeWithAdminsLocked(id, decide);
    this.states.delete(id);
  }

  async idOfMailLink(requestId: string): Promise<string | null> {
    const state = [...this.states.values()].find(({ verificationId, resetId }) => [verificationId, resetId].includes(requestId));
    return Promise.resolve(state?.id ?? null);
  }

  async withId(id: string): Promise<User | null> {
    const state = this.states.get(id);
    return Promise.resolve(state === undefined ? null : new User(state));
  }

  async withEmail(email: string): Promise<User | null> {
    const state = [...this.states.values()].find((candidate) => candidate.email === email);
    return Promise.resolve(state === undefined ? null : new User(state));
  }

  private adminsBesides(id: string | null): number {
    return [...this.states.values()].filter((state) => state.role === 'admin' && state.active && state.id !== id).length;
  }

  private store(user: User): void {
    this.states.set(user.id, user.state);
    this.recorded.push(...user.takeEvents().map(({ event }) => event.type));
  }
}
