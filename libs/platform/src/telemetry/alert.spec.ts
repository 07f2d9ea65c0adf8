import { vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { alert } from './alert.js';

describe('alert', () => {
  it('an alert is an error line with its code and details', () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    try {
      alert('message-dead', 'A message went to the dead letters', { queue: 'q' });
      alert('refund-failed', 'A refund failed');
      expect(error.mock.calls).toEqual([
        [{ alert: 'message-dead', queue: 'q' }, 'A message went to the dead letters'],
        [{ alert: 'refund-failed' }, 'A refund failed'],
      ]);
    } finally {
      error.mockRestore();
    }
  });
});
