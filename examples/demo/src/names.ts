/** The name of the service, which Express, Koa and Nest each run here: the audience of its access tokens. */
export const api = 'https://api.example.com'

/** The audience of the tokens that the service makes for itself, to reset a password. */
export const passwordResetAudience = `${api}/password-reset`

/** Another service of the same authorization server. */
export const billingApi = 'https://billing.example.com'
