import { hmacSecret, publicKey, verifyCompactJws, type KeySource } from '@jwt-guard/core'
import { compactVerify, importJWK, type JWK } from 'jose'
import { expect, test } from 'vitest'

const claims = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const claimsText = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
const secret = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'

interface Vector {
  readonly alg: string
  readonly jwk: JWK & { readonly kty: string }
  readonly key: () => KeySource
  readonly token: string
  readonly payload: string
}
const rsa = {
  kty: 'RSA',
  n:
    'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC' +
    'gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6' +
    '65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW' +
    'yuXpoQ',
  e: 'AQAB',
}
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const ed = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

const vectors: Readonly<Record<string, Vector>> = {
  'RFC 7515 A.1, HS256': {
    alg: 'HS256',
    jwk: { kty: 'oct', k: secret },
    key: () => hmacSecret({ base64url: secret }, 'HS256'),
    token: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${claims}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    payload: claimsText,
  },
  'RFC 7515 A.2, RS256': {
    alg: 'RS256',
    jwk: rsa,
    key: () => publicKey(rsa, 'RS256'),
    token:
      `eyJhbGciOiJSUzI1NiJ9.${claims}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_` +
      'O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_' +
      'eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVm' +
      'tVrBp0igcN_IoypGlUPQGe77Rw',
    payload: claimsText,
  },
  'RFC 7515 A.3, ES256': {
    alg: 'ES256',
    jwk: ec,
    key: () => publicKey(ec, 'ES256'),
    token:
      `eyJhbGciOiJFUzI1NiJ9.${claims}.` +
      'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    payload: claimsText,
  },
  'RFC 8037 A.4, EdDSA': {
    alg: 'EdDSA',
    jwk: ed,
    key: () => publicKey(ed, 'EdDSA'),
    token:
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
      'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    payload: 'Example of Ed25519 signing',
  },
}

test.each(Object.entries(vectors))('%s verifies, here as with jose', async (_, { alg, jwk, key, token, payload }) => {
  const theirs = await compactVerify(token, await importJWK(jwk, alg), { algorithms: [alg] })
  expect(Buffer.from(theirs.payload).toString()).toBe(payload)
  const ours = await verifyCompactJws(token, key())
  expect(Buffer.from(ours.payload).toString()).toBe(payload)
  expect(ours.header.alg).toBe(alg)
})

test.each(Object.entries(vectors))('%s does not verify with its last byte otherwise', async (_, { key, token }) => {
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1)
  const spoiled = token.slice(0, token.lastIndexOf('.') + 1) + signature.toString('base64url')
  await expect(verifyCompactJws(spoiled, key())).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
})
