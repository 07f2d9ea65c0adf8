import { Injectable } from '@nestjs/common';
import { CurrentRights } from '@app/platform/http/access.js';
import { Database } from '@app/platform/persistence/database.js';
import { activeRolesOf } from '../application/queries/active-roles.js';
import { hasRight } from '../domain/rights.js';

@Injectable()
export class PostgresCurrentRights extends CurrentRights {
  constructor(private readonly database: Database) {
    super();
  }

  async has(userId: string, right: string): Promise<boolean | null> {
    const roles = await activeRolesOf(this.database, userId);
    return roles === null ? null : hasRight(roles, right);
  }
}
