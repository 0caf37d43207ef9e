import { bytesOf } from './universe.ts'
import type { Spec } from './specs.ts'

type Pair = readonly [Spec, Spec]
const ofItsOwn = (fill: number) => ({ id: `own-${fill}`, aliases: [], secrets: [bytesOf(32, `own ${fill}`)] })

/** Each remedy by its words: what its user has to change in a description. */
const changes: readonly (readonly [words: RegExp, change: (spec: Spec, claim: string) => Partial<Spec>])[] = [
  [/^typ: 'required' on (\w+)$/, () => ({ typRequired: true })],
  [/^typ: 'required' on (\w+), without untypedUntil$/, () => ({ typRequired: true, migrating: false })],
  [/^no untypedUntil on (\w+)$/, () => ({ migrating: false })],
  [
    /^(?:a|another) profile and typ: 'required' on (\w+)(?:, without untypedUntil)?$/,
    () => ({ profile: 'of-its-own+jwt', typRequired: true, migrating: false }),
  ],
  [/^a typ of its own for (\w+)(?:, without untypedUntil)?$/, () => ({ typ: 'of-its-own+jwt', migrating: false })],
  [/^nonce: 'required' on (\w+)$/, () => ({ nonceRequired: true })],
  [/^no trustedAudiences on (\w+)$/, () => ({ trusted: [] })],
  [
    /^names that differ: (?:clientId|audience) of (\w+), (?:clientId|audience) of \w+$/,
    () => ({ audience: ['its own'] }),
  ],
  [/^required: \['(?<claim>\w+)'\] on (?<name>\w+)$/, ({ required }, claim) => ({ required: [...required, claim] })],
  [
    /^forbidden: \['(?<claim>\w+)'\] on (?<name>\w+)$/,
    ({ forbidden }, claim) => ({ forbidden: [...forbidden, claim] }),
  ],
  [/^an issuer of its own for (\w+) or \w+$/, () => ({ issuers: [ofItsOwn(1)] })],
  [
    /^given keys of its own for (\w+)$/,
    ({ issuers }) => ({ issuers: issuers.map((one, index) => ({ ...one, secrets: [bytesOf(32, `given ${index}`)] })) }),
  ],
]

/** The pair `a` and `b` after its user did what a remedy says. */
export function remedied(remedy: string, [a, b]: Pair): Pair {
  if (/^one claim that a and b fix to different values$/.test(remedy)) {
    const fixed = ({ fixed }: Spec, own: boolean) => ({ fixed: { ...fixed, own: [own] } })
    return [
      { ...a, ...fixed(a, true) },
      { ...b, ...fixed(b, false) },
    ]
  }
  if (/^issuers that are listed,(?: and)? not shared,(?: and have given keys,)? for a and b$/.test(remedy)) {
    const listed = { resolved: false }
    return [
      { ...a, ...listed, issuers: [ofItsOwn(1)] },
      { ...b, ...listed, issuers: [ofItsOwn(2)] },
    ]
  }
  for (const [words, change] of changes) {
    const found = words.exec(remedy)
    if (found === null) continue
    const { name = found[1], claim = '' } = found.groups ?? {}
    return name === 'a' ? [{ ...a, ...change(a, claim) }, b] : [a, { ...b, ...change(b, claim) }]
  }
  throw new Error(`nobody knows how to do this: ${remedy}`)
}

/** The remedies that a message offers. */
export function remediesIn(message: string): readonly string[] {
  const [, list = ''] = /What would separate them: (.*)\.$/.exec(message) ?? []
  return list.split('; ')
}
