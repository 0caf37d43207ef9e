import { auth0 } from './auth0.ts'
import { cognito } from './cognito.ts'
import { entra, entraV1 } from './entra.ts'
import { google } from './google.ts'
import { keycloak } from './keycloak.ts'
import { loginRadius } from './login-radius.ts'
import { okta } from './okta.ts'
import type { Provider } from './provider.ts'

export const providers: Readonly<Record<string, Provider>> = {
  keycloak,
  auth0,
  okta,
  cognito,
  entra,
  entraV1,
  google,
  loginRadius,
}
