import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run from source: the `development` condition of each package points at src/.
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/helpers/seeded.ts'],
    // Hostile input that must end in time has this long, on any machine; no test measures time itself.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many tests wait for programs of others: one worker fewer than there are processors leaves one of two idle.
    maxWorkers: availableParallelism(),
    passWithNoTests: false,
  },
})
