import { PageInfo } from '@app/platform/http/page.view.js';
import { ReservationView } from './reservation.view.js';

/** A reservation as an admin sees it. */
export class AdminReservationView extends ReservationView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16" */
  customerId!: string;
}

export class AdminReservationsResponse {
  data!: AdminReservationView[];
  page!: PageInfo;
}
