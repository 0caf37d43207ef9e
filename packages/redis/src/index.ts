export type { IoredisClient, NodeRedisClient, NodeRedisCluster, NodeRedisSentinel, RedisClient } from './client.js'
export { redisReplayStore, type RedisReplayStore, type RedisReplayStoreOptions } from './replay-store.js'
export {
  redisRevocations,
  type RedisRevocations,
  type RedisRevocationsOptions,
  type ReplicatedOptions,
  type StrictOptions,
} from './revocations.js'
