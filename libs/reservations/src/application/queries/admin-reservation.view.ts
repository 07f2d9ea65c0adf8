import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '@app/platform/http/page.view.js';
import { ReservationView } from './reservation.view.js';

/** A reservation as an admin sees it. */
export class AdminReservationView extends ReservationView {
  /** @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b16" */
  customerId!: string;
  /**
   * User id of the member of staff who let the customer in; null before.
   * @example "01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b19"
   */
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  admittedBy!: string | null;
}

export class AdminReservationsResponse {
  data!: AdminReservationView[];
  page!: PageInfo;
}
