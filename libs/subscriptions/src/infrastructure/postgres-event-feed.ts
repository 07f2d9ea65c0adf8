import { Injectable } from '@nestjs/common';
import { Settings } from '@app/platform/config/settings.js';
import { CursorTooOld, CursorUnknown, eventsById, feedEnd, feedPage } from '@app/platform/messaging/event-feed.js';
import { Database } from '@app/platform/persistence/database.js';
import { type CollectedPage, EventFeed } from '../domain/event-feed.js';

@Injectable()
export class PostgresEventFeed extends EventFeed {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {
    super();
  }

  end(): Promise<string | null> {
    return feedEnd(this.database);
  }

  async page({ after, types, limit }: { after: string | null; types: readonly string[] | null; limit: number }): Promise<CollectedPage> {
    const { outboxKeptDays: keptDays } = this.settings.housekeeping;
    const read = (from: string | undefined) => feedPage(this.database, { after: from, types, limit, keptDays });
    try {
      return { ...(await read(after ?? undefined)), hasMissed: false };
    } catch (error) {
      if (!(error instanceof CursorTooOld || error instanceof CursorUnknown)) throw error;
      return { ...(await read(undefined)), hasMissed: true };
    }
  }

  async bodies(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (ids.length === 0) return new Map();
    const events = await eventsById(this.database, ids);
    return new Map(events.map((event) => [event.id, JSON.stringify(event)]));
  }
}
