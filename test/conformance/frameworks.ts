/** Which versions a run is for: the lowest or the highest of the peer ranges. */
export type Frameworks = 'lowest' | 'highest'

declare module 'vitest' {
  interface ProvidedContext {
    readonly frameworks: Frameworks
  }
}
