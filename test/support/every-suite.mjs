// Read before each suite.
// Nest comes before the packages that are still CommonJS: it is ESM, and `require` of it in the middle of an import cycle fails.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
import { afterAll, vi } from 'vitest';

// Suites share their modules, so what a suite replaced in one comes back after it.
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
