import type { Driver } from '../driver.js'
import { expressDriver } from './express.js'
import { koaDriver } from './koa.js'

export const drivers: readonly Driver[] = [expressDriver, koaDriver]
