import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run from source: the `development` condition of each package points at src/.
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/helpers/seeded.ts'],
    // Hostile input that must end in time has this long, on any machine; no test measures time itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
  },
})
