// A bundler that knows nothing of `new URL(…, import.meta.url)` takes the one that is whole in itself.
import * as twoken from 'twoken/inline';
import { story } from './program.mjs';

document.title = await story(twoken).catch((error) => `${error.code}: ${error.stack}`);
