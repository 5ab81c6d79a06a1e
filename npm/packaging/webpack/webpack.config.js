import { fileURLToPath } from 'node:url';

export default {
  entry: './main.js',
  output: { path: fileURLToPath(new URL('dist', import.meta.url)), filename: 'main.js', publicPath: '/' },
  experiments: { topLevelAwait: true },
};
