export { jwtGuard, type Authenticated, type ExpressGuard } from './jwt-guard.js'
export { tokenOf } from '@jwt-guard/core'
