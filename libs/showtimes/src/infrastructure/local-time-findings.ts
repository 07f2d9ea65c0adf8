/** Showtimes ahead whose local start is another one since a country changed the rules of its time zone: they are stored as instants. */
import type { Settings } from '@app/platform/config/settings.js';
import { type Finding, warning } from '@app/platform/operations/findings/finding.js';
import { readForFinding } from '@app/platform/operations/findings/read-for-finding.js';
import { TemporalTheatreTime } from './temporal-theatre-time.js';

const MAX_NAMED = 10;

interface PlannedShowtime {
  readonly id: string;
  readonly at: Date;
  readonly local: string;
  readonly zone: string;
}

export async function localTimeFindings(settings: Settings): Promise<Finding[]> {
  const found = await readForFinding(settings, (client) =>
    client.query<PlannedShowtime>(
      `SELECT id, starts_at AS at, starts_at_local AS local, time_zone AS zone FROM showtimes.showtimes
       WHERE status = 'scheduled' AND starts_at > $1 ORDER BY starts_at, id`,
      [new Date()],
    ),
  );
  const theatreTime = new TemporalTheatreTime();
  const other = (found?.rows ?? []).flatMap(({ id, at, local, zone }) => {
    const present = theatreTime.parse(at.toISOString(), zone).local;
    return present === local ? [] : [`${id} (planned for ${local}, now ${present} in ${zone})`];
  });
  if (other.length === 0) return [];
  const named = other.slice(0, MAX_NAMED).join(', ') + (other.length > MAX_NAMED ? ', …' : '');
  return [
    warning(
      'showtimes',
      `${other.length} showtimes ahead have another local start by the time zone rules of this version: ${named}.`,
      'Move each to its planned local time; docs/runbook.md, "Time zone rules", says how, and what to do where seats are taken.',
    ),
  ];
}
