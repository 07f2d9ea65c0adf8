import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, UserId } from '@app/platform/http/access.js';
import { AnswerExample } from '@app/platform/http/openapi-document.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Problems } from '@app/platform/http/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ActivateUser } from '../application/commands/activate-user.js';
import { DeactivateUser } from '../application/commands/deactivate-user.js';
import { DemoteUser } from '../application/commands/demote-user.js';
import { PromoteUser } from '../application/commands/promote-user.js';
import { User } from '../application/queries/user.js';
import { UsersResponse, UserView } from '../application/queries/user.view.js';
import { Users } from '../application/queries/users.js';
import { LastAdmin, UserNotFound } from '../domain/errors.js';

@ApiTags('users')
@AdminOnly()
@Controller('users')
export class UsersController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listUsers', summary: 'Users, newest first' })
  @Problems(401, 403)
  async listUsers(@Query() filter: PageRequest): Promise<UsersResponse> {
    return this.queries.execute(new Users(filter));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'readUser', summary: 'One user' })
  @Problems(401, 403, new UserNotFound())
  async readUser(@Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.queries.execute(new User(id));
  }

  @Post(':id/promote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'promoteUser', summary: 'Make a customer an admin, at once' })
  @AnswerExample({ role: 'admin' })
  @Problems(401, 403, new UserNotFound())
  async promoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new PromoteUser(adminId, id));
  }

  @Post(':id/demote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'demoteUser', summary: 'Make an admin a customer, at once' })
  @Problems(401, 403, new UserNotFound(), new LastAdmin())
  async demoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new DemoteUser(adminId, id));
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deactivateUser', summary: 'Keep a user from logging in, at once' })
  @AnswerExample({ active: false })
  @Problems(401, 403, new UserNotFound(), new LastAdmin())
  async deactivateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new DeactivateUser(adminId, id));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'activateUser', summary: 'Let a deactivated user log in again' })
  @Problems(401, 403, new UserNotFound())
  async activateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new ActivateUser(adminId, id));
  }

  private async change(command: PromoteUser | DemoteUser | DeactivateUser | ActivateUser): Promise<UserView> {
    await this.admin.execute<boolean>(command);
    return this.queries.execute(new User(command.userId));
  }
}
