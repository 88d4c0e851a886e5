import { defineConfig } from 'vitest/config'

/** Conformance over a directory of real files: `YINJI_CORPUS=DIR npx vitest run --config vitest.corpus.config.ts`. */
export default defineConfig({
  resolve: { conditions: ['development'] },
  ssr: { resolve: { conditions: ['development'] } },
  test: { include: ['test/corpus/**/*.corpus.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
})
