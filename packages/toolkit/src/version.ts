/** What this software calls itself in manifests. */
/** The version written into manifests; a test compares it with package.json. */
export const version = '0.1.0'
