/** The base of all aggregates. */
import type { DomainEvent } from './domain-event.js';

/** The flat, plain JSON record that an aggregate is stored as. `version` counts the events recorded so far. */
export interface AggregateState {
  readonly id: string;
  readonly version: number;
}

interface RecordedEvent {
  readonly event: DomainEvent;
  readonly sequence: number;
}

/** Behaviour around one state record. The state changes only together with an event: without an event, nothing is stored. */
export abstract class AggregateRoot<State extends AggregateState> {
  #state: State;
  #recorded: RecordedEvent[] = [];

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  get id(): string {
    return this.#state.id;
  }

  get hasChanged(): boolean {
    return this.#recorded.length > 0;
  }

  /** Returns the events recorded since the aggregate was created or loaded, once. */
  takeEvents(): RecordedEvent[] {
    const recorded = this.#recorded;
    this.#recorded = [];
    return recorded;
  }

  protected record(event: DomainEvent, changes: Partial<Omit<State, 'id' | 'version'>> = {}): void {
    const sequence = this.#state.version + 1;
    this.#state = { ...this.#state, ...changes, version: sequence };
    this.#recorded.push({ event, sequence });
  }
}
