import { defineConfig } from 'vitest/config';

// Embedded ClickHouse allows one store per process and dislikes worker threads, so every test file gets its own process.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
  },
});
