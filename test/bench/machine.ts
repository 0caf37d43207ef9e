import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Run } from './level.js'

const peers = [
  'jose',
  'jsonwebtoken',
  'fast-jwt',
  'aws-jwt-verify',
  'express',
  'express-jwt',
  'express-oauth2-jwt-bearer',
  'passport',
  'passport-jwt',
  'koa',
  'koa-jwt',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/jwt',
  '@nestjs/passport',
  'redis',
]

/** Where, when, with what and by which command. */
export function header({ quick }: Run, command: string): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() || 'unknown processor'
  const versions = peers.map((name) => `${name} ${versionOf(name)}`).join(', ')
  return `# Benchmark

Node ${process.version} (OpenSSL ${process.versions.openssl}), ${process.platform} ${process.arch}, ${processors.length} cores (${model}), ${new Date().toISOString().slice(0, 10)}. \`${command}\`${quick ? ': **a quick run, with few rounds; its verdicts are no verdicts**' : ''}.

Peers: ${versions}.

A ratio is the median of the rounds' own ratios, with the 10th and 90th percentile beside it: within each round everybody
has one turn, in another order every time. A/A is ours against itself: the noise, by which every other ratio is to be read. How many rounds there were
stands above each table.`
}

function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version
}
