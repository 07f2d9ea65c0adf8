import { Injectable, type PipeTransform } from '@nestjs/common';
import type { StaffRole } from '@app/contracts/auth.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { STAFF_ROLES } from '../domain/rights.js';

/** Throws `InvalidInput` for a role that there is not. */
@Injectable()
export class StaffRolePipe implements PipeTransform<string, StaffRole> {
  transform(value: string): StaffRole {
    const role = STAFF_ROLES.find((known) => known === value);
    if (role === undefined)
      throw new InvalidInput([{ parameter: 'role', rule: 'isIn', message: `must be one of ${STAFF_ROLES.join(', ')}` }]);
    return role;
  }
}
