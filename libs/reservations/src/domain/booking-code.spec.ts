import { newBookingCode, readBookingCode } from './booking-code.js';

describe('A booking code', () => {
  it('a booking code has eight characters, none of which is easily misread', () => {
    for (let i = 0; i < 1_000; i++) expect(newBookingCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  });

  it('a booking code is read in lower case, with O for 0, I or L for 1, and in groups', () => {
    expect(readBookingCode('oil2m9xk')).toBe('0112M9XK');
    expect(readBookingCode('oil2-m9 xk')).toBe('0112M9XK');
  });

  it('a booking code is different each time', () => {
    expect(new Set(Array.from({ length: 10_000 }, newBookingCode)).size).toBe(10_000);
  });
});
