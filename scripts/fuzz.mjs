/** Long run of the property tests with new cases each round: npm run fuzz [ROUNDS]. Ends at the first failure, naming its seed. */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname, '..')
const rounds = Number(process.argv[2] ?? 100)

for (let round = 1; round <= rounds; round++) {
  const seed = randomInt(2 ** 31)
  process.stdout.write(`round ${round} of ${rounds}, seed ${seed}\n`)
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'packages', '--reporter=dot', '--silent'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, YINJI_SEED: String(seed) } },
  )
  if (status === 0) continue
  process.stdout.write(`Again: YINJI_SEED=${seed} npx vitest run packages\n`)
  process.exit(1)
}
