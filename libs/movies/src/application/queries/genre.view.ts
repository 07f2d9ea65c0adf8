import { PageInfo } from '@app/platform/http/page.view.js';

export class GenreView {
  /** @example "019a9d1e-6c1f-7a70-9d1c-0a6d4d2a8b11" */
  id!: string;
  /** @example "Science fiction" */
  name!: string;
}

export class GenresResponse {
  data!: GenreView[];
  page!: PageInfo;
}
