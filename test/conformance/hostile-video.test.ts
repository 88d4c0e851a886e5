import { hostileTests } from './hostile.ts'

hostileTests(({ medium }) => medium === 'video')
