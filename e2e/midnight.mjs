//! A day is the reader’s: an evening that UTC cuts in two is one day’s risk, and the last day kept is in the picture.

import { seen } from './support/expect.mjs';
import { begin, check, keep, meet } from './support/meeting.mjs';
import * as reporting from './support/reporting.mjs';
import { exactly, say, saying } from './support/words.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Three hours ahead of UTC all the year: midnight there is 21:00 UTC. */
const TIMEZONE = 'Africa/Nairobi';

export default {
  'two meetings around midnight': async ({ phone, server, step }) => {
    // Half an hour before a midnight of UTC, a whole day ago at least.
    const ahead = -(Date.now() % DAY) - DAY - HOUR / 2;
    const ada = await phone('ada', { ahead, timezone: TIMEZONE });
    const ben = await phone('ben', { ahead, timezone: TIMEZONE });
    for (const one of [ada, ben]) await begin(one);
    await step('ten minutes before it and ten after it', async () => {
      for (const note of ['before', 'after']) {
        await meet(ada, ben);
        for (const one of [ada, ben]) {
          await keep(one, { note, minutes: 10 });
          await one.page.clock.fastForward(HOUR);
        }
      }
      for (const one of [ada, ben]) {
        one.options.ahead = 0;
        await one.restart();
        await one.open();
      }
    });
    await step('both are reported', async () => {
      await reporting.report(ben, (await server.issue())[0]);
      await seen(ben, exactly('outgoing.sent'));
      await server.seal();
      await check(ada);
    });
    await step('where they are one day, its minutes are added up', async () => {
      await ada.page.getByRole('link', { name: say('home.see'), exact: true }).first().click();
      await seen(ada, exactly('risk.high'));
      const sum = saying('risk.together', { encounters: '2 encounters', minutes: '20 minutes' });
      await seen(ada, ada.page.getByRole('figure').filter({ hasText: sum }));
    });
  },

  'the last day that is kept': async ({ phone, step }) => {
    const ada = await phone('ada', { ahead: -14 * DAY });
    const ben = await phone('ben', { ahead: -14 * DAY });
    for (const one of [ada, ben]) await begin(one);
    await meet(ada, ben);
    await keep(ada, { note: 'a fortnight ago', minutes: 10 });
    await step('what is still in the diary is in its picture', async () => {
      ada.options.ahead = 0;
      await ada.restart();
      await ada.open();
      await ada.go(say('nav.diary'));
      await seen(ada, 'a fortnight ago');
      await seen(ada, ada.page.getByRole('img', { name: saying('chart.all_one', { count: '1' }) }));
    });
  },
};
