import type { Chart } from './picture.js'

/** How a level is run. */
export interface Run {
  /** Everything, but less of it. */
  readonly quick: boolean
}

/** One table and what has to be known to read it. */
export interface Section {
  readonly title: string
  readonly about: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** In what the contestants differ, by their names. */
  readonly differs?: ReadonlyMap<string, string>
}

export interface Level {
  readonly title: string
  readonly sections: readonly Section[]
  readonly charts: readonly Chart[]
}
