import type { Genre } from '../../domain/genre.js';
import type { MovieState } from '../../domain/movie.js';

export interface MovieView {
  readonly id: string;
  readonly status: 'active' | 'retired';
  readonly title: string;
  readonly description: string;
  readonly runtimeMinutes: number;
  /** ISO date. */
  readonly releaseDate: string | null;
  readonly ageRating: string | null;
  readonly genres: Genre[];
}

export function movieViewOf(state: MovieState): MovieView {
  const { id, status, title, description, runtimeMinutes, releaseDate, ageRating, genres } = state;
  return { id, status, title, description, runtimeMinutes, releaseDate, ageRating, genres: genres.map(({ id, name }) => ({ id, name })) };
}

/** Of `movies.movies m`. */
export const MOVIE_COLUMNS = `m.id, m.status, m.title, m.description, m.runtime_minutes, m.release_date, m.age_rating, ARRAY(
  SELECT json_build_object('id', g.id, 'name', g.name) FROM movies.movie_genres mg JOIN movies.genres g ON g.id = mg.genre_id
  WHERE mg.movie_id = m.id ORDER BY g.name_key) AS genres`;

export interface MovieRow {
  id: string;
  status: 'active' | 'retired';
  title: string;
  description: string;
  runtimeMinutes: number;
  releaseDate: string | null;
  ageRating: string | null;
  genres: Genre[];
}

export function movieViewOfRow(row: MovieRow): MovieView {
  const { id, status, title, description, runtimeMinutes, releaseDate, ageRating, genres } = row;
  return { id, status, title, description, runtimeMinutes: runtimeMinutes, releaseDate: releaseDate, ageRating: ageRating, genres };
}
