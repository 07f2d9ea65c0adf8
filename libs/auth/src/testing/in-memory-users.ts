import { EmailInUse, UserNotFound } from '../domain/errors.js';
import { User, type UserState } from '../domain/user.js';
import { Users } from '../domain/users.js';

/** Keeps states and the types of recorded events; every change is alone, as JavaScript is. */
export class InMemoryUsers extends Users {
  readonly states = new Map<string, UserState>();
  readonly recorded: string[] = [];

  async add(user: User): Promise<void> {
    if ([...this.states.values()].some(({ email }) => email === user.state.email)) throw new EmailInUse();
    this.keep(user);
    return Promise.resolve();
  }

  async change<T>(id: string, decide: (user: User) => T): Promise<T> {
    const state = this.states.get(id);
    if (state === undefined) throw new UserNotFound();
    const user = new User(state);
    const result = decide(user);
    this.keep(user);
    return Promise.resolve(result);
  }

  async changeAmongAdmins<T>(id: string, decide: (user: User, otherAdmins: number) => T): Promise<T> {
    const others = [...this.states.values()].filter((state) => state.role === 'admin' && state.active && state.id !== id).length;
    return this.change(id, (user) => decide(user, others));
  }

  async withEmail(email: string): Promise<User | null> {
    const state = [...this.states.values()].find((candidate) => candidate.email === email);
    return Promise.resolve(state === undefined ? null : new User(state));
  }

  private keep(user: User): void {
    this.states.set(user.id, user.state);
    this.recorded.push(...user.takeEvents().map(({ event }) => event.type));
  }
}
