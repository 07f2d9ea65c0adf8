import { Injectable } from '@nestjs/common';
import { CurrentRights } from '@app/platform/http/access.js';
import { Database } from '@app/platform/persistence/database.js';
import { hasRight } from '../domain/rights.js';
import type { UserState } from '../domain/user.js';

@Injectable()
export class PostgresCurrentRights extends CurrentRights {
  constructor(private readonly database: Database) {
    super();
  }

  async has(userId: string, right: string): Promise<boolean | null> {
    const [user] = await this.database.prepared<Pick<UserState, 'role' | 'staffRoles'>>(
      'SELECT role, staff_roles FROM auth.users WHERE id = $1 AND active',
      [userId],
    );
    return user === undefined ? null : hasRight(user, right);
  }
}
