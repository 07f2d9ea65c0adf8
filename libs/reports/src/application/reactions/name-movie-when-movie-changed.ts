import { MovieChanged } from '@app/contracts/movies.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(MovieChanged, { queue: 'reports.name-movie-when-movie-changed' })
export class NameMovieWhenMovieChanged implements Reaction<MovieChanged> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { movieId, title } }: MovieChanged, { sequence }: EventContext): Promise<void> {
    return this.facts.saveMovie({ movieId, title, sequence });
  }
}
