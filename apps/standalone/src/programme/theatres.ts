/** The two theatres of the seed data, in the form that the API takes. */

/** In minor units of the theatre's currency. */
export interface SeatPrices {
  readonly standard: number;
  readonly premium: number;
}

type SeedSeatPlan = { readonly rows: number; readonly seatsPerRow: number } | { readonly layout: readonly string[] };

export interface SeedTheatre {
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  /** The prices of an evening. */
  readonly prices: SeatPrices;
  /** How much less a seat costs in the afternoon, in minor units. */
  readonly matineeDiscount: number;
  readonly rooms: readonly { readonly name: string; readonly cleaningMinutes: number; readonly seatPlan: SeedSeatPlan }[];
}

export const SEED_THEATRES: readonly SeedTheatre[] = [
  {
    name: 'Lichtspiele am Kanal',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    prices: { standard: 1150, premium: 1450 },
    matineeDiscount: 250,
    rooms: [
      {
        name: 'Saal 1',
        cleaningMinutes: 20,
        seatPlan: {
          layout: [
            '...ssssss.ssssss...',
            '..sssssss.sssssss..',
            '.ssssssss.ssssssss.',
            'sssssssss.sssssssss',
            'sssssssss.sssssssss',
            'wcwc.ssss.ssss.cwcw',
            '...................',
            'ppppppppp.ppppppppp',
            'ppppppppp.ppppppppp',
            '..ppppppp.ppppppp..',
          ],
        },
      },
      {
        name: 'Saal 2',
        cleaningMinutes: 15,
        seatPlan: {
          layout: [
            'wc.ssssssss.cw',
            'ss.ssssssss.ss',
            'ss.ssssssss.ss',
            'ss.ssssssss.ss',
            'ss.ssssssss.ss',
            'pp.pppppppp.pp',
            'pp.pppppppp.pp',
          ],
        },
      },
      { name: 'Saal 3', cleaningMinutes: 15, seatPlan: { rows: 8, seatsPerRow: 12 } },
      { name: 'Salon', cleaningMinutes: 10, seatPlan: { layout: ['pp.pp.pp', 'pp.pp.pp', 'pp.pp.pp', 'wc.pp.cw'] } },
    ],
  },
  {
    name: 'The Corner Picture House',
    timeZone: 'America/New_York',
    currency: 'USD',
    prices: { standard: 1650, premium: 2150 },
    matineeDiscount: 400,
    rooms: [
      {
        name: 'Screen 1',
        cleaningMinutes: 20,
        seatPlan: {
          layout: [
            '....ssssssssssss....',
            '...ssssssssssssss...',
            '..ssss.ssssssss.ssss',
            '.sssss.ssssssss.sssss',
            'ssssss.ssssssss.ssssss',
            'wcwc...pppppppp...cwcw',
            'pppppp.pppppppp.pppppp',
            'pppppp.pppppppp.pppppp',
          ],
        },
      },
      {
        name: 'Screen 2',
        cleaningMinutes: 15,
        seatPlan: { layout: ['ssss.ssss.wc', 'ssss.ssss.wc', 'ssss.ssss', 'ssss.ssss.ss', 'ssss.ssss.ss', 'pppp.pppp.pp'] },
      },
      { name: 'Screen 3', cleaningMinutes: 10, seatPlan: { layout: ['.ssssss.', 'ssssssss', 'wcssssss', 'pppppppp'] } },
    ],
  },
];
