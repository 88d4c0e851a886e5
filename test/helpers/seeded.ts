/** Property tests draw the same cases every time, so that a red run is about the change; `npm run fuzz` draws others. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env['YINJI_SEED'] ?? 20_250_901) })
