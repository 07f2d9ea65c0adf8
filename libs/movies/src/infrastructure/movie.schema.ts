import { EntitySchema } from 'typeorm';
import type { MovieState } from '../domain/movie.js';

/** The row of a movie. Its genres are rows of `movies.movie_genres`. */
type MovieRecord = Omit<MovieState, 'genres'>;

export const movieSchema = new EntitySchema<MovieRecord>({
  name: 'movies.movie',
  schema: 'movies',
  tableName: 'movies',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'movies_pkey' },
    version: { type: 'integer' },
    status: { type: 'text' },
    title: { type: 'text' },
    titleKey: { type: 'text', name: 'title_key' },
    description: { type: 'text' },
    runtimeMinutes: { type: 'integer', name: 'runtime_minutes' },
    releaseDate: { type: 'date', name: 'release_date', nullable: true },
    ageRating: { type: 'text', name: 'age_rating', nullable: true },
    posterId: { type: 'uuid', name: 'poster_id', nullable: true },
  },
  indices: [
    { name: 'movies_listed', columns: ['status', 'titleKey', 'id'] },
    { name: 'movies_titles', columns: ['titleKey'] },
    // By an expression, which TypeORM cannot have in an index.
    { name: 'movies_by_release_date', columns: ['status', 'releaseDate', 'id'], synchronize: false },
    // With trigrams, which TypeORM cannot express.
    { name: 'movies_title_parts', columns: ['titleKey'], synchronize: false },
  ],
  checks: [
    { name: 'movies_version_check', expression: 'version > 0' },
    { name: 'movies_status_check', expression: `status IN ('active', 'retired')` },
    { name: 'movies_title_check', expression: `title <> '' AND title_key <> ''` },
    { name: 'movies_runtime_check', expression: 'runtime_minutes > 0' },
  ],
});
