import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { HasRight } from '@app/contracts/auth.js';
import { Database } from '@app/platform/persistence/database.js';
import { hasRight } from '../../domain/rights.js';
import { activeRolesOf } from './parts/active-roles.js';

@QueryHandler(HasRight)
export class HasRightHandler implements IQueryHandler<HasRight> {
  constructor(private readonly database: Database) {}

  async execute({ userId, right }: HasRight): Promise<boolean> {
    const roles = await activeRolesOf(this.database, userId);
    return roles !== null && hasRight(roles, right);
  }
}
