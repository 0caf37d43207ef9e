/** The one off switch: `audience: notChecked`. A symbol, so that no configuration file can hold it. */
export const notChecked: unique symbol = Symbol('jwt-guard notChecked')
export type NotChecked = typeof notChecked
