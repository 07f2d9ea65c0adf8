import { PageInfo } from '@app/platform/http/page.view.js';
import { withVersion } from '@app/platform/persistence/resource-version.js';
import type { TheatreState } from '../../domain/theatre.js';

export class TheatreView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "open" */
  status!: 'open';
  /** @example "Lichtburg" */
  name!: string;
  /** @example "Europe/Berlin" */
  timeZone!: string;
  /** @example "EUR" */
  currency!: string;
}

export class TheatresResponse {
  data!: TheatreView[];
  page!: PageInfo;
}

export type TheatreRow = Pick<TheatreState, 'id' | 'version' | 'name' | 'timeZone' | 'currency'>;

/** The columns of a `TheatreRow`. */
export const THEATRE_COLUMNS = `id, version, name, time_zone, currency`;

export function theatreView({ id, version, name, timeZone, currency }: TheatreRow): TheatreView {
  return withVersion({ id, status: 'open', name, timeZone, currency }, version);
}
