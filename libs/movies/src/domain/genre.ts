import { GenreRenamed } from '@app/contracts/movies.js';
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { normaliseText } from '@app/kernel/text.js';

export interface Genre {
  readonly id: string;
  readonly name: string;
}

export interface GenreState extends AggregateState, Genre {}

/** A genre that gets another name. There is no event of a genre that is added or removed: movies say which they have. */
export class CatalogueGenre extends AggregateRoot<GenreState> {
  /** Records nothing when the name stays. */
  rename(wanted: string): void {
    const { id: genreId, name: previousName } = this.state;
    const name = normaliseText(wanted);
    if (name !== previousName) this.record(new GenreRenamed({ genreId, name, previousName }), { name });
  }
}
