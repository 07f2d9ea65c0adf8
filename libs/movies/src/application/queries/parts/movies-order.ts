/** In which order movies are listed. */
import { NO_DATE, type SortColumn } from '@app/platform/persistence/keyset.js';
import type { MovieRow } from '../movie.view.js';

export const MOVIES_ORDERS = ['title', '-title', 'releaseDate', '-releaseDate'] as const;
export type MoviesOrder = (typeof MOVIES_ORDERS)[number];

export type ListedMovieRow = MovieRow & { readonly titleKey: string; readonly releaseKey: string };

/** As the index has it. */
const RELEASE_KEY = `coalesce(movie.release_date, '${NO_DATE}'::date)`;
/** What a row needs to be sorted. */
export const SORT_COLUMNS = `movie.title_key, ${RELEASE_KEY} AS release_key`;

const TITLE: SortColumn<ListedMovieRow> = { column: 'movie.title_key', property: 'titleKey', type: 'text' };
const RELEASE: SortColumn<ListedMovieRow> = { column: RELEASE_KEY, property: 'releaseKey', type: 'date' };
const ID: SortColumn<ListedMovieRow> = { column: 'movie.id', property: 'id', type: 'uuid' };

export function sortOf(order: MoviesOrder): { sort: SortColumn<ListedMovieRow>[]; direction: 'asc' | 'desc' } {
  return { sort: [order.endsWith('title') ? TITLE : RELEASE, ID], direction: order.startsWith('-') ? 'desc' : 'asc' };
}
