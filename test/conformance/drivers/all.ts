import type { Driver } from '../driver.js'
import { expressDriver } from './express.js'
import { koaDriver } from './koa.js'
import { nestOnExpress, nestOnFastify } from './nest.js'

export const drivers: readonly Driver[] = [expressDriver, koaDriver, nestOnExpress, nestOnFastify]
