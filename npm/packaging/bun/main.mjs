import * as twoken from 'twoken';
import { startWorker } from 'twoken/worker';
import { story } from './program.mjs';

console.log(await story(twoken, startWorker));
