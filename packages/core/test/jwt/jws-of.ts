import { CompactJws } from '../../src/jwt/compact-jws.js'

/** An unread JWS with this segment as its header. */
export function jwsOf(header: string): CompactJws {
  return new CompactJws(`${header}.e30.AAAA`, header.length, header.length + 4)
}
