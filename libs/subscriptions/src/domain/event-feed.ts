/** The port of the published events, in the order of their publication. */

interface CollectedEvent {
  readonly id: string;
  readonly type: string;
}

export interface CollectedPage {
  readonly events: readonly CollectedEvent[];
  /** Where the next page begins. */
  readonly cursor: string | null;
  /** Events after the cursor were deleted before they were read: the page begins with the oldest that is kept. */
  readonly hasMissed: boolean;
}

export abstract class EventFeed {
  /** The cursor of the last published event. */
  abstract end(): Promise<string | null>;

  /** `types`: null for all. */
  abstract page(options: {
    readonly after: string | null;
    readonly types: readonly string[] | null;
    readonly limit: number;
  }): Promise<CollectedPage>;

  /** The bodies of those of these events that are still kept, by id: JSON as `GET /events` shows each. */
  abstract bodies(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
