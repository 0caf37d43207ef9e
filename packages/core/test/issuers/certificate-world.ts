import {
  accessToken,
  certificateChain,
  defineTokens,
  issuer,
  type CertificateChainOptions,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, type Changes } from '@jwt-guard/testing'
import { authorityExtensions, extension, selfSigned, type Certified, type Request } from './certificate-authority.js'

export const root = selfSigned()
export const intermediate = root.issue({ name: [['CN', 'intermediate']], extensions: authorityExtensions })
export const leafExtensions = [
  extension.noAuthority,
  extension.keyUsage(0x80),
  extension.names(['dns', 'client.test'], ['uri', 'https://client.test/id']),
]
/** A leaf of the intermediate, with one thing otherwise. */
export const leafWith = (request: Request = {}) => intermediate.issue({ extensions: leafExtensions, ...request })
export const leaf = leafWith()
export const good = [leaf, intermediate] as const

export const subject = { CN: 'client-1' } as const
export const usual: CertificateChainOptions = { trustAnchors: root.pem, algorithms: ['ES256'], subject }

type Settings = { readonly [Name in keyof CertificateChainOptions]?: CertificateChainOptions[Name] | undefined }

/** The usual options with some otherwise; undefined takes one out. */
export function settings(options: Settings): CertificateChainOptions {
  const all = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(all) as unknown as CertificateChainOptions
}

/** An issuer whose keys are certified, a type that takes its tokens, and what becomes of a token. */
export function certifiedWorld(options: Settings = {}, clock = fixedClock()) {
  const fake = new FakeIssuer({ clock })
  const keys = certificateChain(settings(options))
  const trusted = issuer(fake.id, { keys })
  const { access } = defineTokens(
    { access: accessToken({ issuer: trusted, audience: 'https://api.test', maxTokenLength: 64 * 1024 }) },
    { clock },
  )
  /** A token that the key of a certificate signs, with a header that is all ours. */
  const signedBy = (
    { privateKey: secret }: Pick<Certified, 'privateKey'>,
    header: Readonly<Record<string, unknown>>,
    changes: Changes & { readonly algorithm?: PublicKeyAlgorithm } = {},
  ) => {
    const { algorithm = 'ES256' } = changes
    const key = { ...fake.key, algorithm, secret }
    return fake.accessToken({ ...changes, header: { alg: algorithm, kid: undefined, ...header }, key })
  }
  /** A token with its chain in `x5c`, signed by the first one's key. */
  const token = (chain: readonly Certified[], changes: Parameters<typeof signedBy>[2] = {}) => {
    const [first = leaf] = chain
    return signedBy(first, { x5c: chain.map(({ text }) => text), ...changes.header }, changes)
  }
  const verdict = (text: string) => outcomeOf(access.verify(text))
  /** The code, and what `explain` says of it. */
  const why = async (...chain: readonly Certified[]) => {
    const { code, steps } = await access.explain(token(chain))
    return `${code ?? 'accepted'}: ${steps.find(({ outcome }) => outcome === 'failed')?.detail ?? ''}`
  }
  const chain = (...certificates: readonly Certified[]) => verdict(token(certificates))
  return { fake, clock, keys, issuer: trusted, access, token, signedBy, verdict, why, chain }
}

/** `accepted`, or the code of whatever is thrown. */
export async function outcomeOf(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : `a foreign error: ${String(error)}`
  }
}
