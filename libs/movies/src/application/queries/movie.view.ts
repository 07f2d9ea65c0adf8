import { withVersion } from '@app/platform/persistence/resource-version.js';
import type { MovieState } from '../../domain/movie.js';
import { GenreView } from './genre.view.js';

/** Paths of this API that lead to the stored images, in WebP. */
class PosterLinksView {
  /**
   * The image of 320 pixels in width.
   * @example "/api/v1/movies/019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22/poster?size=320"
   */
  small!: string;
  /**
   * The image of 960 pixels in width.
   * @example "/api/v1/movies/019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22/poster?size=960"
   */
  large!: string;
}

export class MovieView {
  /** @example "019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22" */
  id!: string;
  /** @example "active" */
  status!: 'active' | 'retired';
  /** @example "Arrival" */
  title!: string;
  /** @example "A linguist learns how visitors from elsewhere write, and what it does to her sense of time." */
  description!: string;
  /** @example 116 */
  runtimeMinutes!: number;
  /** @example "2016-11-11" */
  releaseDate!: string | null;
  /** @example "PG-13" */
  ageRating!: string | null;
  genres!: GenreView[];
  /** Null: no poster. */
  poster!: PosterLinksView | null;
}

export type MovieRow = Omit<MovieState, 'titleKey'>;

/** Of `movies.movies AS movie`: the columns of a `MovieRow`. */
export const MOVIE_COLUMNS = `movie.id, movie.version, movie.status, movie.title, movie.description, movie.runtime_minutes, movie.release_date,
  movie.age_rating, movie.poster_id, ARRAY(
    SELECT json_build_object('id', genre.id, 'name', genre.name)
    FROM movies.movie_genres AS listed JOIN movies.genres AS genre ON genre.id = listed.genre_id
    WHERE listed.movie_id = movie.id ORDER BY genre.name_key) AS genres`;

export function movieView(row: MovieRow): MovieView {
  const { id, status, title, description, runtimeMinutes, releaseDate, ageRating, genres, posterId } = row;
  const view: MovieView = {
    id,
    status,
    title,
    description,
    runtimeMinutes,
    releaseDate,
    ageRating,
    genres: genres.map(({ id, name }) => ({ id, name })),
    poster: posterId === null ? null : posterLinks(id),
  };
  return withVersion(view, row.version);
}

function posterLinks(movieId: string): PosterLinksView {
  const path = `/api/v1/movies/${movieId}/poster`;
  return { small: `${path}?size=320`, large: `${path}?size=960` };
}
