// The whole story in memory, by the package alone.

import { before, test } from 'node:test';
import { init } from 'twoken';
import { stories } from './support/stories.mjs';

before(() => init());

for (const [name, story] of Object.entries(stories)) test(name, story);
