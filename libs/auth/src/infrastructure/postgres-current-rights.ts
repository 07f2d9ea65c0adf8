import { Injectable } from '@nestjs/common';
import { CurrentRights } from '@app/platform/http/access/current-rights.js';
import { Database } from '@app/platform/persistence/database.js';
import { activeRolesOf } from '../application/queries/parts/active-roles.js';
import { hasRight, MANAGES_USERS } from '../domain/rights.js';
import { lockActiveAdmins } from './lock-active-admins.js';

@Injectable()
export class PostgresCurrentRights extends CurrentRights {
  constructor(private readonly database: Database) {
    super();
  }

  async has(userId: string, right: string): Promise<boolean | null> {
    const roles = await activeRolesOf(this.database, userId);
    return roles === null ? null : hasRight(roles, right);
  }

  async hasForAct(userId: string, right: string): Promise<boolean | null> {
    // As `changeWithAdminsLocked`: of two who remove each other at the same moment, the second waits here, and has lost the right.
    if (right === MANAGES_USERS) await lockActiveAdmins(this.database);
    return this.has(userId, right);
  }
}
