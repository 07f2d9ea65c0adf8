import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';
import { SeatOfferView } from './seat-quote.view.js';

const MAX_LABEL = 8;
const MAX_SEATS = 10;

/** Seats side by side in one row. */
class SeatGroupView {
  /** Letters of the row. */
  @ApiProperty({ example: 'F', maxLength: MAX_LABEL })
  row!: string;
  /** Labels from left to right. */
  @ApiProperty({ type: [String], items: { type: 'string', maxLength: MAX_LABEL }, example: ['F6', 'F7'], minItems: 1, maxItems: MAX_SEATS })
  seats!: string[];
}

export class BestSeatsReasonView {
  /** What speaks for these seats, or what could not be had. */
  @ApiProperty({
    enum: ['together', 'two-groups', 'no-single-seat-left', 'single-seat-left', 'nearest-to-middle', 'accessible', 'kept-seats-used'],
    enumName: 'BestSeatsReason',
    example: 'together',
  })
  code!: 'together' | 'two-groups' | 'no-single-seat-left' | 'single-seat-left' | 'nearest-to-middle' | 'accessible' | 'kept-seats-used';
  /** The reason as a sentence for people. */
  @ApiProperty({ example: 'The seats are side by side in row F.', maxLength: 500 })
  message!: string;
  /** On `nearest-to-middle`: how far the first group is from the middle of the best row, in seats. A row counts like two seats. */
  @ApiProperty({ type: Number, format: 'double', required: false, minimum: 0, example: 0.5 })
  seatsAway?: number;
}

export class BestSeatsView {
  /** The showtime that the seats are of. */
  @ApiProperty({ format: 'uuid', example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14' })
  showtimeId!: string;
  /**
   * Whether all seats are side by side.
   * @example true
   */
  together!: boolean;
  /** One group, or two where no row has room for all. */
  @ApiProperty({ type: [SeatGroupView], minItems: 1, maxItems: 2 })
  groups!: SeatGroupView[];
  /** All seats with their prices, by label. */
  @ApiProperty({ type: [SeatOfferView], minItems: 1, maxItems: MAX_SEATS })
  seats!: SeatOfferView[];
  /** The sum of the prices. */
  total!: MoneyView;
  /** The row with the best view: two thirds of the way from the screen to the back. */
  @ApiProperty({ example: 'F', maxLength: MAX_LABEL })
  bestRow!: string;
  /** Why these seats. */
  @ApiProperty({ type: [BestSeatsReasonView], minItems: 1, maxItems: 7 })
  reasons!: BestSeatsReasonView[];
  /** The reasons as one text for people. */
  @ApiProperty({ example: 'The seats are side by side in row F. They leave no single seat beside them.', maxLength: 2_000 })
  explanation!: string;
}
