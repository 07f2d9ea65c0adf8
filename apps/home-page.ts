/** What the page at `/` says of this product. */
import type { HomePageContent } from '@app/platform/operations/home-page.module.js';
import { VERSION } from './version.js';

export const HOME_PAGE: HomePageContent = { name: 'Movie reservation', version: VERSION, demo: null };
