export { backChannelLogout, type KoaLogout } from './back-channel-logout.js'
export { jwtGuard, tokenOf, type KoaGuard } from './jwt-guard.js'
