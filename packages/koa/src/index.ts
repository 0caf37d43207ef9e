export { jwtGuard, tokenOf, type KoaGuard } from './jwt-guard.js'
