/** What subscribers ask for. */
import { Matches } from 'class-validator';
import { MayBeLeftOut } from '../http/may-be-left-out.js';
import { QueryList } from '../http/query-list.js';
import { QueryInteger } from '../http/query-values.js';
import { Text } from '../http/text.js';

/** A page of so many small events is a few hundred kilobytes. */
export const MAX_EVENTS = 1_000;
const MAX_CURSOR_CHARACTERS = 200;
/** More than there are types. */
const MAX_TYPES = 100;
const MAX_TYPE_CHARACTERS = 100;
const TYPE = '[a-z]+\\.[a-z]+(-[a-z]+)*\\.v[0-9]+';

export class EventsRequest {
  /** Where to go on: `cursor` of the address in `Link`. Left out: from the oldest event that is kept. */
  @MayBeLeftOut()
  @Text({ max: MAX_CURSOR_CHARACTERS, form: 'as-written', optional: true })
  cursor?: string;

  /** Only events of these types, separated by commas. */
  @QueryList({
    value: TYPE,
    isValue: Matches(new RegExp(`^${TYPE}$`), { each: true, message: 'must be an event type, or event types separated by commas' }),
    max: MAX_TYPES,
    maxLength: MAX_TYPES * (MAX_TYPE_CHARACTERS + 1) - 1,
    name: 'types',
  })
  type?: string[];

  /** How many events, 1–1,000. */
  @QueryInteger({ min: 1, max: MAX_EVENTS })
  limit: number = 100;
}
