/** The command bus and the query bus of a spec: wires a module's own list of handlers with fakes, so that a new command changes no harness. */
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { ActorRight } from '../http/access/actor-right.js';
import { Transactions } from '../persistence/transactions.js';
import { HeldRight } from './held-right.js';
import { ImmediateTransactions } from './immediate-transactions.js';

/** Where `@CommandHandler` and `@QueryHandler` keep the class that is handled; @nestjs/cqrs does not export the names. */
const HANDLED = ['__commandHandler__', '__queryHandler__'] as const;

type Class<T = object> = new (...parts: never[]) => T;
type Token<T = object> = abstract new (...parts: never[]) => T;
type Message = Command<unknown> | Query<unknown>;
type Handler = Class<{ execute(message: unknown): Promise<unknown> }>;
type Hook = (message: never) => unknown;

export class InMemoryBus {
  readonly #classes: ReadonlySet<unknown>;
  readonly #handlers = new Map<unknown, Handler>();
  readonly #instances = new Map<unknown, object>();
  readonly #answers = new Map<unknown, Hook>();
  readonly #hooks = new Map<unknown, Hook>();

  /**
   * `handlers` are the classes of a module: handlers of commands and queries, reactions, jobs and services. `providers` are the instances that
   * they receive by constructor type. `CommandBus` and `QueryBus` are this bus; `Transactions` is an `ImmediateTransactions` unless
   * given, and nobody loses a right.
   */
  constructor({ handlers, providers }: { handlers: readonly Class[]; providers: readonly (readonly [Token, object])[] }) {
    this.#classes = new Set(handlers);
    this.#instances = new Map<unknown, object>([
      [CommandBus, this],
      [QueryBus, this],
      [Transactions, new ImmediateTransactions()],
      [ActorRight, new HeldRight()],
      ...providers,
    ]);
    for (const handler of handlers) {
      for (const key of HANDLED) {
        const handled: unknown = Reflect.getMetadata(key, handler);
        if (handled !== undefined) this.#handlers.set(handled, handler as Handler);
      }
    }
  }

  /** Throws where there is neither a handler nor an answer for the message. */
  async execute<Result>(message: Command<Result> | Query<Result>): Promise<Result> {
    const type = message.constructor;
    await this.#hooks.get(type)?.(message as never);
    const answer = this.#answers.get(type);
    if (answer !== undefined) return answer(message as never) as Result;
    const handler = this.#handlers.get(type);
    if (handler === undefined) throw new Error(`There is no handler for ${type.name}`);
    return this.get(handler).execute(message) as Promise<Result>;
  }

  /** Calls `hook` before each execution of this class: what happens at the same moment. */
  before<M extends Message>(type: Class<M>, hook: (message: M) => unknown): this {
    this.#hooks.set(type, hook);
    return this;
  }

  /** Answers in the place of a handler, for the queries of other contexts. An error that it throws is what `execute` rejects with. */
  answer<Result, M extends Command<Result> | Query<Result>>(
    type: Class<M & (Command<Result> | Query<Result>)>,
    answer: (message: M) => Result | Promise<Result>,
  ): this {
    this.#answers.set(type, answer);
    return this;
  }

  /** The one instance of a class of `handlers`, or of a token of `providers`: a reaction, a job, a service. */
  get<T extends object>(type: Token<T>): T {
    const known = this.#instances.get(type);
    if (known !== undefined) return known as T;
    if (!this.#classes.has(type)) throw new Error(`There is no provider for ${type.name}`);
    const parts = (Reflect.getMetadata('design:paramtypes', type) ?? []) as Token[];
    const instance = new (type as unknown as new (...parts: object[]) => T)(...parts.map((part) => this.partOf(type, part)));
    this.#instances.set(type, instance);
    return instance;
  }

  private partOf(type: Token, part: Token): object {
    try {
      return this.get(part);
    } catch (error) {
      throw new Error(`Cannot make ${type.name}`, { cause: error });
    }
  }
}
