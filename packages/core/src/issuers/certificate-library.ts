import { webcrypto } from 'node:crypto'
import { DependencyError } from '../errors/errors.js'

/** What is used of pkijs, in our words: its own declarations need those of a browser. */
interface Library {
  readonly Certificate: { fromBER(der: Uint8Array): LibraryCertificate }
  readonly CertificateChainValidationEngine: new (parameters: Parameters) => Engine
  readonly CryptoEngine: new (parameters: { readonly name: string; readonly crypto: typeof webcrypto }) => object
}
interface Parameters {
  readonly trustedCerts?: readonly LibraryCertificate[]
  readonly certs?: readonly LibraryCertificate[]
  readonly checkDate?: Date
  readonly findIssuer?: (certificate: LibraryCertificate, engine: Engine, crypto: object) => Promise<unknown>
}
interface Engine {
  defaultFindIssuer(certificate: LibraryCertificate, among: Engine, crypto: object): Promise<unknown>
  verify(parameters: object, crypto: object): Promise<LibraryVerdict>
}
interface LibraryVerdict {
  readonly result: boolean
  readonly resultCode: number
  readonly certificatePath?: readonly LibraryCertificate[]
}
export interface LibraryCertificate {
  readonly version: number
  readonly signatureAlgorithm: { readonly algorithmId: string }
  readonly subject: { readonly typesAndValues: readonly { readonly type: string; readonly value: LibraryText }[] }
  readonly extensions?: readonly LibraryExtension[]
  readonly notBefore: { readonly value: Date }
  readonly notAfter: { readonly value: Date }
}
export interface LibraryText {
  readonly idBlock: { readonly tagNumber: number }
  readonly valueBlock: { readonly value?: unknown }
}
export interface LibraryExtension {
  readonly extnID: string
  readonly critical: boolean
  /** What it is depends on the extension, and on whether it could be read. */
  readonly parsedValue?: unknown
}

/** Not where `import` stands: a bundler would look for what most have not installed. */
const name: string = 'pkijs'
const load = (): Promise<unknown> => import(name)

let loaded: Library | undefined

/**
 * The one place that knows pkijs, an optional peer, which is loaded when a certificate is first looked at.
 *
 * @throws DependencyError `ERR_CERTIFICATES_UNAVAILABLE` where it is not installed
 */
export async function certificateLibrary(ask = load): Promise<Library> {
  if (loaded !== undefined) return loaded
  const module = await ask().catch((cause: unknown) => {
    throw new DependencyError('ERR_CERTIFICATES_UNAVAILABLE', { cause })
  })
  if (!isLibrary(module)) throw new DependencyError('ERR_CERTIFICATES_UNAVAILABLE')
  loaded = module
  return module
}

function isLibrary(module: unknown): module is Library {
  if (typeof module !== 'object' || module === null) return false
  return ['Certificate', 'CertificateChainValidationEngine', 'CryptoEngine'].every(
    (part) => part in module && typeof Reflect.get(module, part) === 'function',
  )
}

const outOfDate = 8

/**
 * Validates one path, the leaf first and the trust anchor last, at one second. The library is given no choice of path:
 * left to search, it follows certificates that certify one another for ever, and whoever sends a token can make those.
 * Checked by it: for each link the names, the key identifiers and the signature; for each authority, that it is one and
 * may sign certificates; for all the dates. What it leaves out is in `certificate-rules`.
 */
export async function validated(
  path: readonly Uint8Array[],
  now: number,
): Promise<readonly LibraryCertificate[] | 'expired' | 'invalid'> {
  const library = await certificateLibrary()
  try {
    const certificates = path.map((der) => library.Certificate.fromBER(der))
    const { result, resultCode, certificatePath } = await verdictOn(certificates, now, library)
    if (!result) return resultCode === outOfDate ? 'expired' : 'invalid'
    return isSame(certificates, certificatePath) ? certificates : 'invalid'
  } catch {
    return 'invalid'
  }
}

function verdictOn(path: readonly LibraryCertificate[], now: number, library: Library): Promise<LibraryVerdict> {
  const { CertificateChainValidationEngine: ValidationEngine, CryptoEngine } = library
  const engine = new ValidationEngine({
    trustedCerts: path.slice(-1),
    // The last one is what it validates.
    certs: path.slice(0, -1).toReversed(),
    checkDate: new Date(now * 1000),
    findIssuer: (certificate, self, crypto) => {
      const next = path.indexOf(certificate) + 1
      return self.defaultFindIssuer(certificate, new ValidationEngine({ certs: path.slice(next, next + 1) }), crypto)
    },
  })
  // Our own: the one that the library keeps belongs to the whole process.
  return engine.verify({}, new CryptoEngine({ name: 'jwt-guard', crypto: webcrypto }))
}

function isSame(path: readonly LibraryCertificate[], other: readonly LibraryCertificate[] = []): boolean {
  return path.length === other.length && path.every((certificate, depth) => certificate === other[depth])
}
