/** `npm run build`: dist/chrome and dist/firefox, loadable as they are. */
import { build } from 'vite';

for (const mode of ['chrome', 'firefox']) {
  await build({ mode, logLevel: 'warn' });
  console.log(`dist/${mode}`);
}
