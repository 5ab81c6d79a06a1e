import * as twoken from 'twoken';
import { startWorker } from 'twoken/worker';
import { story } from './program.mjs';

document.title = await story(twoken, startWorker).catch((error) => `${error.code}: ${error.stack}`);
