import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { StaffRole } from '@app/contracts/auth.js';
import { UserId } from '@app/platform/http/access/caller.js';
import { RequiresRight } from '@app/platform/http/access/route-access.js';
import { AnswerExample } from '@app/platform/http/document/openapi-document.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { UuidPipe } from '@app/platform/http/validation.js';
import { AdminCommands } from '@app/platform/operations/admin-commands.js';
import { ActivateUser } from '../application/commands/activate-user.js';
import { DeactivateUser } from '../application/commands/deactivate-user.js';
import { DemoteUser } from '../application/commands/demote-user.js';
import { GiveRole } from '../application/commands/give-role.js';
import { PromoteUser } from '../application/commands/promote-user.js';
import { TakeRole } from '../application/commands/take-role.js';
import { User } from '../application/queries/user.js';
import { UsersResponse, UserView } from '../application/queries/user.view.js';
import { Users } from '../application/queries/users.js';
import { LastAdmin, UserNotFound } from '../domain/errors.js';
import { MANAGES_USERS, RIGHTS_OF, STAFF_ROLES } from '../domain/rights.js';
import { StaffRolePipe } from './staff-role.pipe.js';
import { UsersRequest } from './users.dto.js';

/** For the document. */
const ROLES = Object.entries(RIGHTS_OF)
  .map(([role, rights]) => `\`${role}\` has the rights ${rights.map((right) => `\`${right}\``).join(', ')}.`)
  .join(' ');

const ROLE = {
  name: 'role',
  enum: STAFF_ROLES,
  enumName: 'StaffRole',
  example: 'box-office',
  description: 'The role that is given or taken.',
} as const;

@ApiTags('users')
@RequiresRight(MANAGES_USERS)
@Controller('users')
export class UsersController {
  constructor(
    private readonly admin: AdminCommands,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listUsers', summary: 'Users, newest first, by address, role or whether they may log in' })
  async listUsers(@Query() filter: UsersRequest): Promise<UsersResponse> {
    return this.queries.execute(new Users(filter));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getUser', summary: 'One user' })
  @Problems(new UserNotFound())
  async getUser(@Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.queries.execute(new User(id));
  }

  @Post(':id/promote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'promoteUser', summary: 'Make a customer an admin, at once' })
  @AnswerExample({ role: 'admin' })
  @Problems(new UserNotFound())
  async promoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new PromoteUser(adminId, id));
  }

  @Post(':id/demote')
  @HttpCode(200)
  @ApiOperation({ operationId: 'demoteUser', summary: 'Make an admin a customer, at once' })
  @Problems(new UserNotFound(), new LastAdmin())
  async demoteUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new DemoteUser(adminId, id));
  }

  @Post(':id/deactivate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deactivateUser', summary: 'Keep a user from logging in, at once' })
  @AnswerExample({ active: false })
  @Problems(new UserNotFound(), new LastAdmin())
  async deactivateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new DeactivateUser(adminId, id));
  }

  @Post(':id/activate')
  @HttpCode(200)
  @ApiOperation({ operationId: 'activateUser', summary: 'Let a deactivated user log in again' })
  @Problems(new UserNotFound())
  async activateUser(@UserId() adminId: string, @Param('id', UuidPipe) id: string): Promise<UserView> {
    return this.change(new ActivateUser(adminId, id));
  }

  @Put(':id/roles/:role')
  @ApiParam(ROLE)
  @ApiOperation({
    operationId: 'giveRole',
    summary: 'Give a user a role, at once',
    description: `${ROLES} A repeat changes nothing. An admin needs no role: \`POST /users/{id}/promote\`.`,
  })
  @AnswerExample({ staffRoles: ['box-office'] })
  @Problems(new UserNotFound())
  async giveRole(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Param('role', StaffRolePipe) role: StaffRole,
  ): Promise<UserView> {
    return this.change(new GiveRole(adminId, id, role));
  }

  @Delete(':id/roles/:role')
  @ApiParam(ROLE)
  @ApiOperation({ operationId: 'takeRole', summary: 'Take a role from a user, at once', description: `${ROLES} A repeat changes nothing.` })
  @Problems(new UserNotFound())
  async takeRole(
    @UserId() adminId: string,
    @Param('id', UuidPipe) id: string,
    @Param('role', StaffRolePipe) role: StaffRole,
  ): Promise<UserView> {
    return this.change(new TakeRole(adminId, id, role));
  }

  private async change(command: PromoteUser | DemoteUser | GiveRole | TakeRole | DeactivateUser | ActivateUser): Promise<UserView> {
    await this.admin.execute<boolean>(command);
    return this.queries.execute(new User(command.userId));
  }
}
