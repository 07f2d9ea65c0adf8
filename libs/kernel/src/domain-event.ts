/** A fact in the past tense, in the domain's words. `type` is `<context>.<fact-in-kebab>.v<major>` and is also its routing key. */
export abstract class DomainEvent<Data extends object = object> {
  constructor(readonly data: Data) {}

  get type(): string {
    return (this.constructor as EventClass).type;
  }
}

export interface EventClass<E extends DomainEvent = DomainEvent> {
  new (data: E['data']): E;
  readonly type: string;
}

/** What travels with an event: its aggregate, its number, its time, and the request that caused it. */
export interface EventContext {
  readonly id: string;
  /** The id of its aggregate. */
  readonly subject: string;
  /** The number of the event in its aggregate: 1..n without a gap. */
  readonly sequence: number;
  readonly time: Date;
  readonly correlationId: string | null;
}
