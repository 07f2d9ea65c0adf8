import { TheatreChanged, type TheatreFacts, TheatreOpened } from '@app/contracts/rooms.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { isAcceptedCurrency } from '@app/contracts/chargeable-currencies.js';
import { newId } from '@app/kernel/id.js';
import { sortKey } from '@app/kernel/text.js';
import { CurrencyNotAccepted, TheatreInUse } from './errors.js';
import { isSameTimeZone } from './time-zone-names.js';

export interface TheatreState extends AggregateState {
  readonly name: string;
  /** `sortKey(name)`, unique. Null where the version before stored the theatre: the name in lower case counts then. */
  readonly nameKey: string | null;
  /** IANA zone. */
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly openedAt: Date;
}

export interface TheatreDetails {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
}

/** A place with rooms. Its days are days of its time zone, and its prices are in its currency. */
export class Theatre extends AggregateRoot<TheatreState> {
  /** `timeZone` must exist. Throws `CurrencyNotAccepted`. */
  static open({ name, timeZone, currency }: TheatreDetails, now: Date): Theatre {
    const state = { id: newId(), version: 0, name, nameKey: sortKey(name), timeZone, currency: accepted(currency), openedAt: now };
    const theatre = new Theatre(state);
    theatre.record(new TheatreOpened(factsOf(state)));
    return theatre;
  }

  /**
   * What is left out stays as it is. Records nothing when nothing differs. Throws `CurrencyNotAccepted`, and `TheatreInUse` for another time
   * zone or currency once a showtime was scheduled here. The present name of the zone that it has is no other zone.
   */
  change(wanted: Partial<TheatreDetails>, { everScheduled }: { everScheduled: boolean }): void {
    const { timeZone = this.state.timeZone, currency = this.state.currency } = wanted;
    const staysAsItWas = isSameTimeZone(timeZone, this.state.timeZone) && currency === this.state.currency;
    if (everScheduled && !staysAsItWas) throw new TheatreInUse();
    const name = wanted.name ?? this.state.name;
    const changes: TheatreDetails & Pick<TheatreState, 'nameKey'> = {
      name,
      nameKey: name === this.state.name ? this.state.nameKey : sortKey(name),
      timeZone,
      currency: accepted(currency),
    };
    const { state } = this;
    if (name === state.name && timeZone === state.timeZone && changes.currency === state.currency) return;
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
