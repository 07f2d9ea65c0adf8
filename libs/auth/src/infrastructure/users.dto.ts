import { PageInfo } from '@app/platform/http/page.view.js';
import { UserResponse } from './auth.dto.js';

export class UserListResponse {
  data!: UserResponse[];
  page!: PageInfo;
}
