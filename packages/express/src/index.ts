export { backChannelLogout, type ExpressLogout } from './back-channel-logout.js'
export { jwtGuard, type Authenticated, type ExpressGuard } from './jwt-guard.js'
export { tokenOf } from '@jwt-guard/core'
