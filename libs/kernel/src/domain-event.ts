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

/** What surrounds an event on its way: who counted it, when, and what request it followed from. */
export interface EventContext {
  readonly id: string;
  /** Id of the aggregate the event happened to. */
  readonly subject: string;
  /** The aggregate's own count of its events: 1..n without a hole. */
  readonly sequence: number;
  readonly time: Date;
  readonly correlationId: string | null;
}
