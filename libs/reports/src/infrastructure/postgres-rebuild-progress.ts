import { Injectable } from '@nestjs/common';
import { Database } from '@app/platform/persistence/database.js';
import { type RebuildPosition, RebuildProgress } from '../domain/rebuild-progress.js';

@Injectable()
export class PostgresRebuildProgress extends RebuildProgress {
  constructor(private readonly database: Database) {
    super();
  }

  async begin({ until, fromStart }: Parameters<RebuildProgress['begin']>[0]): Promise<{ resumed: boolean }> {
    const [begun] = await this.database.query<{ resumed: boolean }>(
      `INSERT INTO reports.rebuilds AS run (position, until, events) VALUES (0, $1, 0)
       ON CONFLICT (only_row) DO UPDATE SET until = excluded.until, position = CASE WHEN $2::boolean THEN 0 ELSE run.position END,
         events = CASE WHEN $2::boolean THEN 0 ELSE run.events END
       RETURNING position > 0 AS resumed`,
      [until, fromStart],
    );
    return begun ?? { resumed: false };
  }

  async lock(): Promise<RebuildPosition | null> {
    const [progress] = await this.database.query<RebuildPosition>(
      'SELECT position::text, until::text, events FROM reports.rebuilds FOR UPDATE',
    );
    return progress ?? null;
  }

  async advance({ position, events }: Parameters<RebuildProgress['advance']>[0]): Promise<void> {
    await this.database.query('UPDATE reports.rebuilds SET position = $1, events = events + $2', [position, events]);
  }

  async end(): Promise<void> {
    await this.database.query('DELETE FROM reports.rebuilds');
  }
}
