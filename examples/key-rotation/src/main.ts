import { startAuthority } from './authority.js'
import { startService } from './service.js'
import { storyOf } from './story.js'

const authority = await startAuthority()
const service = await startService(authority.url, authority.clock)

async function ask(token: string): Promise<number> {
  const answer = await fetch(service.url, { headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  return answer.status
}

console.log('answer  asked the issuer  what happened')
const scenes = storyOf(authority, ask)
let right = 0
for (const { happens, act, status, asked } of scenes) {
  const answer = await act()
  const isRight = answer === status && authority.asked() === asked
  if (isRight) right++
  const remark = isRight ? '' : `   WRONG: must be ${status}, asked ${asked} times`
  console.log(`${answer}     ${String(authority.asked()).padStart(2)} times          ${happens}${remark}`)
}
console.log(`${right} of ${scenes.length} answers were as they must be`)
if (right !== scenes.length) process.exitCode = 1

service.stop()
await authority.stop()
