import { hostileTests } from './hostile.ts'

hostileTests(({ medium }) => medium === 'text')
