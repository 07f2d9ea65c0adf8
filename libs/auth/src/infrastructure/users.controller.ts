import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '@app/platform/http/access.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { isUuid, pageOf, readCursor } from '@app/platform/http/paging.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { ActivateUser } from '../application/commands/activate-user.js';
import { DeactivateUser } from '../application/commands/deactivate-user.js';
import { DemoteUser } from '../application/commands/demote-user.js';
import { PromoteUser } from '../application/commands/promote-user.js';
import { AllUsers } from '../application/queries/all-users.js';
import { UserById } from '../application/queries/user-by-id.js';
import { LastAdmin, UserNotFound } from '../domain/errors.js';
import { UserResponse } from './auth.dto.js';
import { UserListResponse } from './users.dto.js';

@ApiTags('users')
@AdminOnly()
@Controller('users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listUsers', summary: 'Accounts, newest first' })
  @Problems(401, 403)
  async listUsers(@Query() { limit, cursor }: PageRequest): Promise<UserListResponse> {
    const users = await this.queries.execute(new AllUsers(limit, readCursor(cursor, [isUuid])?.[0] ?? null));
    return pageOf(
      users,
      limit,
      ({ id }) => [id],
      (user) => user,
    );
  }

  @Get(':id')
  @ApiOperation({ operationId: 'readUser', summary: 'One account' })
  @Problems(401, 403, new UserNotFound())
  async readUser(@Param('id', UuidPipe) id: string): Promise<UserResponse> {
    return this.queries.execute(new UserById(id));
  }

  @Post(':id/promote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'promoteUser', summary: 'Make a customer an admin, at once' })
  @AnswerExample({ role: 'admin' })
  @Problems(401, 403, new UserNotFound())
  async promoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserResponse> {
    return this.commands.execute(new PromoteUser(adminId, id));
  }

  @Post(':id/demote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'demoteUser', summary: 'Make an admin a customer, at once' })
  @Problems(401, 403, new UserNotFound(), new LastAdmin())
  async demoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserResponse> {
    return this.commands.execute(new DemoteUser(adminId, id));
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deactivateUser', summary: 'Let an account sign in no more' })
  @AnswerExample({ active: false })
  @Problems(401, 403, new UserNotFound(), new LastAdmin())
  async deactivateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserResponse> {
    return this.commands.execute(new DeactivateUser(adminId, id));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'activateUser', summary: 'Let a deactivated account sign in again' })
  @Problems(401, 403, new UserNotFound())
  async activateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserResponse> {
    return this.commands.execute(new ActivateUser(adminId, id));
  }
}
