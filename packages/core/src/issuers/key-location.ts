/** Where keys are fetched from. */
export interface KeyLocation {
  /** `now` is in milliseconds of a clock that never runs backwards. Rejects with a `FetchFailure`. */
  find(now: number, deadline: AbortSignal): Promise<URL>
  /** It has to be looked up anew, where it was looked up. */
  forget(): void
}

/** A URL that the operator wrote down. */
export function fixedLocation(url: URL): KeyLocation {
  return { find: () => Promise.resolve(url), forget: () => undefined }
}
