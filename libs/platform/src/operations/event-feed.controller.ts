/** `GET /events`: subscribers catch up with what was published, in an order in which nothing is lost or doubled. */
import { Controller, type DynamicModule, Get, Header, Module, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../config/settings.js';
import { RequiresRightOrScope } from '../http/access/route-access.js';
import { InvalidInput } from '../http/problems/http-errors.js';
import { LINK_FIELD, addLink, nextPage } from '../http/links.js';
import { ProblemMembers } from '../http/problems/problem.view.js';
import { Problems } from '../http/problems/problems.js';
import type { Envelope } from '../messaging/envelope.js';
import { CursorTooOld, CursorUnknown, feedPage } from '../messaging/event-feed.js';
import { KnownEvents } from '../messaging/reactions.js';
import { Database } from '../persistence/database.js';
import { EventsRequest, MAX_EVENTS } from './event-feed.dto.js';
import { EventView } from './event.view.js';
import { OperationProblemMembers } from './problem-members.view.js';

/** A JSON array of whole CloudEvents (github.com/cloudevents/spec, JSON event format, 4). */
const BATCH_TYPE = 'application/cloudevents-batch+json';
/** The default of `OUTBOX_KEPT_DAYS`, for the document. */
const USUALLY_KEPT_DAYS = 90;

@ApiTags('events')
@ApiExtraModels(EventView)
@ProblemMembers(OperationProblemMembers)
@RequiresRightOrScope('events.read', 'events:read')
@Controller('events')
class EventFeedController {
  constructor(
    private readonly database: Database,
    private readonly known: KnownEvents,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Header('Content-Type', BATCH_TYPE)
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'Published events, in the order of their publication',
    description:
      'Answers with whole CloudEvents, the same as on the broker, with the same ids. `Link` names the next page, also on the last one: keep that address, ask ' +
      'it again later, and no event is missed and none comes twice. An empty page means that there is nothing more for now; ask again after a second or more.',
  })
  @ApiOkResponse({
    description: 'Events, oldest publication first.',
    headers: {
      Link: {
        ...LINK_FIELD,
        description: 'Where to go on, as `<address>; rel="next"` (RFC 8288). Left out while nothing was ever published.',
      },
    },
    content: { [BATCH_TYPE]: { schema: { type: 'array', maxItems: MAX_EVENTS, items: { $ref: getSchemaPath(EventView) } } } },
  })
  @Problems(new CursorTooOld(USUALLY_KEPT_DAYS), new CursorUnknown())
  async listEvents(
    @Query() { cursor, type, limit }: EventsRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly Envelope[]> {
    this.assertKnown(type ?? []);
    const { outboxKeptDays: keptDays } = this.settings.housekeeping;
    const page = await feedPage(this.database, { after: cursor, types: type ?? null, limit, keptDays });
    if (page.cursor !== null) addLink(reply, nextPage(request.url, page.cursor), 'next');
    return page.events;
  }

  /** A misspelt type would be an empty list for ever. */
  private assertKnown(types: readonly string[]): void {
    const unknown = types.find((type) => !this.known.types.includes(type));
    if (unknown !== undefined)
      throw new InvalidInput([{ parameter: 'type', rule: 'eventType', message: `names ${unknown}, which is no event type` }]);
  }
}

@Module({})
export class EventFeedModule {
  static for(eventTypes: readonly string[]): DynamicModule {
    return {
      module: EventFeedModule,
      controllers: [EventFeedController],
      providers: [{ provide: KnownEvents, useValue: { types: eventTypes } satisfies KnownEvents }],
    };
  }
}
