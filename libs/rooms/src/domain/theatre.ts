import { TheatreChanged, type TheatreFacts, TheatreOpened } from '@app/contracts/rooms.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { isAcceptedCurrency } from '@app/contracts/chargeable-currencies.js';
import { newId } from '@app/kernel/id.js';
import { CurrencyNotAccepted, TheatreIsInUse } from './errors.js';

export interface TheatreState extends AggregateState {
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly openedAt: Date;
}

export interface TheatreTraits {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
}

/** A place with rooms. Its days are days of its time zone and its prices are in its currency. */
export class Theatre extends AggregateRoot<TheatreState> {
  /** `timeZone` must be a zone that exists. Throws `CurrencyNotAccepted`. */
  static open({ name, timeZone, currency }: TheatreTraits, now: Date): Theatre {
    const state = { id: newId(), version: 0, name, timeZone, currency: accepted(currency), openedAt: now };
    const theatre = new Theatre(state);
    theatre.record(new TheatreOpened(factsOf(state)));
    return theatre;
  }

  /** Whether these would change what showtimes are reckoned in. */
  wouldMove({ timeZone, currency }: Partial<TheatreTraits>): boolean {
    return (timeZone ?? this.state.timeZone) !== this.state.timeZone || (currency ?? this.state.currency) !== this.state.currency;
  }

  /** Throws `TheatreIsInUse` for another time zone or currency once a showtime was ever scheduled here, and `CurrencyNotAccepted`. */
  change(wanted: Partial<TheatreTraits>, everScheduled: boolean): void {
    if (everScheduled && this.wouldMove(wanted)) throw new TheatreIsInUse();
    const changes: TheatreTraits = {
      name: wanted.name ?? this.state.name,
      timeZone: wanted.timeZone ?? this.state.timeZone,
      currency: accepted(wanted.currency ?? this.state.currency),
    };
    if (changes.name === this.state.name && !this.wouldMove(changes)) return;
    this.record(new TheatreChanged(factsOf({ ...this.state, ...changes })), changes);
  }
}

function accepted(currency: string): string {
  if (!isAcceptedCurrency(currency)) throw new CurrencyNotAccepted(currency);
  return currency;
}

function factsOf({ id, name, timeZone, currency }: TheatreState): TheatreFacts {
  return { theatreId: id, name, timeZone, currency };
}
