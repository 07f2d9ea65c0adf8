import { MovieAdded } from '@app/contracts/movies.js';
import type { EventContext } from '@app/kernel/domain-event.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { ReportFacts } from '../../domain/report-facts.js';

@Subscribe(MovieAdded, { queue: 'reports.name-movie-when-movie-added' })
export class NameMovieWhenMovieAdded implements Reaction<MovieAdded> {
  constructor(private readonly facts: ReportFacts) {}

  handle({ data: { movieId, title } }: MovieAdded, { sequence }: EventContext): Promise<void> {
    return this.facts.saveMovie({ movieId, title, sequence });
  }
}
