/** An event as subscribers read it: a CloudEvent, the same as on the broker. */
export class EventView {
  /**
   * The version of CloudEvents: always 1.0.
   * @example "1.0"
   */
  specversion!: string;
  /**
   * The id of the event. An event that comes twice has the same one.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b81"
   */
  id!: string;
  /**
   * The context that published it.
   * @example "urn:cinema:reservations"
   */
  source!: string;
  /** @example "reservations.hold-extended.v1" */
  type!: string;
  /**
   * The id of what it happened to.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11"
   */
  subject!: string;
  /** @example "2026-11-26T12:00:00.000Z" */
  time!: string;
  /**
   * The media type of `data`: always application/json.
   * @example "application/json"
   */
  datacontenttype!: string;
  /**
   * The number of the event among those of its subject: 1, 2, 3 without a gap.
   * @example 2
   */
  sequence!: number;
  /**
   * The `X-Request-Id` of the request that caused it. Left out where there was none.
   * @example "request-4711"
   */
  correlationid?: string;
  /**
   * The payload, as `/docs/events` describes it for the type.
   * @example { "reservationId": "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11", "heldUntil": "2026-11-26T12:15:00.000Z" }
   */
  data!: Record<string, unknown>;
}
