// Core as one file, since to load 160 of them takes four times as long. The others have few, and are as `tsc` makes them.
export default {
  input: 'packages/core/src/index.ts',
  platform: 'node',
  external: /^jose/,
  output: { file: 'packages/core/dist/index.js', sourcemap: true, sourcemapExcludeSources: true },
}
