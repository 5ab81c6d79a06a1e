const twoken = require('twoken');
const { startWorker } = require('twoken/worker');

import('./program.mjs').then(({ story }) => story(twoken, startWorker)).then(console.log);
