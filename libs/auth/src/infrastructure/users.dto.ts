import { PageInfo } from '@app/platform/http/paging.dto.js';
import { UserResponse } from './auth.dto.js';

export class UserListResponse {
  data!: UserResponse[];
  page!: PageInfo;
}
