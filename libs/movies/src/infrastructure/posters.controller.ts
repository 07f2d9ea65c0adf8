import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { withoutSlot } from '@app/platform/concurrency/admission.js';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight, Public } from '@app/platform/http/access/route-access.js';
import { matchesEtag } from '@app/platform/http/caching/etag.js';
import { HonoursIfMatch } from '@app/platform/http/if-match.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { RateLimited } from '@app/platform/http/limits/rate-limit.js';
import { readUpload, Upload } from '@app/platform/http/limits/upload.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RemovePoster } from '../application/commands/remove-poster.js';
import { SetPoster } from '../application/commands/set-poster.js';
import { PosterUploads } from '../application/poster-uploads.js';
import { Movie } from '../application/queries/movie.js';
import { MovieView } from '../application/queries/movie.view.js';
import { Poster } from '../application/queries/poster.js';
import { NoPoster, MovieNotFound, PosterRefused, PosterStorageUnavailable } from '../domain/errors.js';
import { PosterRequest } from './posters.dto.js';
import { POSTERS_PER_ADMIN } from './rate-limits.js';

const UPLOAD = { field: 'poster', maxBytes: 5 * 1_024 * 1_024 };
/** Shorter than the images of a replaced poster are kept. */
const CACHED = 'public, max-age=60';

@ApiTags('movies')
@Controller('movies/:id/poster')
export class PostersController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
    private readonly uploads: PosterUploads,
  ) {}

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Post()
  @RateLimited(POSTERS_PER_ADMIN)
  @HttpCode(200)
  @Upload({
    ...UPLOAD,
    description:
      'JPEG, PNG or WebP of at most 5 MiB and 40 million pixels (8 million of a progressive JPEG, a PNG or a lossless WebP); stored as WebP, 320 and 960 pixels wide.',
  })
  @ApiOperation({
    operationId: 'setPoster',
    summary: 'Give a movie a poster, or another one',
    description: 'The format is recognised by the content of the file. The movie keeps its old poster until the new one is stored.',
  })
  @Problems(new MovieNotFound(), new PosterRefused('is neither JPEG nor PNG nor WebP'), new PosterStorageUnavailable())
  async setPoster(@UserId() adminId: string, @Param('id', UuidPipe) id: string, @Req() request: FastifyRequest): Promise<MovieView> {
    await this.queries.execute(new Movie(id));
    // A slow client, an image and the storage take seconds, in which the database has nothing to do.
    const upload = await withoutSlot(() => readUpload(request, UPLOAD));
    const posterId = await this.uploads.store(id, upload);
    await this.admin.execute(new SetPoster(adminId, id, posterId));
    return this.queries.execute(new Movie(id));
  }

  @RequiresRight('movies.manage')
  @HonoursIfMatch()
  @Delete()
  @ApiOperation({
    operationId: 'removePoster',
    summary: 'Take the poster from a movie',
    description: 'Its images are deleted a few minutes later.',
  })
  @Problems(new MovieNotFound(), new NoPoster())
  async removePoster(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<MovieView> {
    await this.admin.execute(new RemovePoster(adminId, id));
    return this.queries.execute(new Movie(id));
  }

  @Public()
  @Get()
  @ApiOperation({
    operationId: 'getPoster',
    summary: 'The poster of a movie, as WebP',
    description: 'Redirects to the stored image, which never changes. The redirection may be kept for a minute.',
  })
  @ApiResponse({
    status: 200,
    description: 'The image, for a client that follows the redirection: the storage answers with it.',
    content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({
    status: 302,
    description: 'The image is at `Location`.',
    headers: {
      Location: {
        description: 'The stored image.',
        schema: { type: 'string', format: 'uri' },
        example: 'https://posters.example/posters/019a9d1e-7d20-7b11-8e2d-1b7e5e3b9c22/019a9d1e-9f42-7d33-a04f-3d9f7f5dbe44-320.webp',
      },
    },
  })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The `ETag` of an earlier redirection; 304 when the poster is the same.',
  })
  @ApiResponse({ status: 304, description: 'The poster is still the one with this `ETag`.' })
  @Problems(new MovieNotFound(), new NoPoster(), new PosterStorageUnavailable())
  async getPoster(
    @Param('id', UuidPipe) id: string,
    @Query() { size }: PosterRequest,
    @Req() { headers }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { posterId, url } = await this.queries.execute(new Poster(id, size));
    const etag = `"${posterId}-${size}"`;
    void reply.headers({ etag, 'cache-control': CACHED });
    if (matchesEtag(headers['if-none-match'], etag)) void reply.status(304).send();
    else void reply.redirect(url, 302);
  }
}
