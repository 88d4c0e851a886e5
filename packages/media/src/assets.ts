/** The files that come with this package: the font, the spoken labels. */

/** Where one of them is. Lies just below the package in `src`, in `dist` and in the bundle of the command alike. */
export function asset(name: string): URL {
  return new URL(`../assets/${name}`, import.meta.url)
}
