import { newBookingCode, readBookingCode } from './booking-code.js';

describe('A booking code', () => {
  it('has eight characters that survive being read aloud', () => {
    for (let i = 0; i < 1_000; i++) expect(newBookingCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  });

  it('is understood however it is read aloud', () => {
    expect(readBookingCode('oil2m9xk')).toBe('0112M9XK');
  });

  it('is hardly ever drawn twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, newBookingCode)).size).toBe(10_000);
  });
});
