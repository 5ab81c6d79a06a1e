import { useCallback, useEffect, useState, type FormEvent } from 'react';
import type { Encounter } from 'twoken';
import { localDay, type Device } from './device';
import { moment } from './said';
import { useTrying } from './useTrying';
import { words } from './words';

const SENDING = 'Your report is kept, and is being sent. You may close this page and come back.';

/** The diary, and what of it is told after a positive test. */
export function Report({ device, encounters }: { device: Device; encounters: Encounter[] }) {
  const today = localDay(Date.now() / 1000);
  const [leftOut, setLeftOut] = useState<string[]>([]);
  const [tan, setTan] = useState('');
  const [testDay, setTestDay] = useState(today);
  const [agreed, setAgreed] = useState(false);
  const [said, trying] = useTrying();

  const send = useCallback(async () => {
    try {
      await device.send();
    } catch (error) {
      throw device.snapshot().things.report ? new Error(`${words(error)} Your report is kept: “Report” tries again.`) : error;
    }
    setTan('');
    setAgreed(false);
    return 'Your report was sent.';
  }, [device]);

  // A report that was left in the middle goes on.
  useEffect(() => {
    const goOn = () => {
      if (device.snapshot().things.report) void trying(SENDING, send);
    };
    goOn();
    addEventListener('online', goOn);
    return () => removeEventListener('online', goOn);
  }, [device, trying, send]);

  const report = (event: FormEvent) => {
    event.preventDefault();
    void trying(SENDING, async () => {
      // One that is kept goes first, and its TAN is in it.
      if (!device.snapshot().things.report) await device.prepare({ tan, testDay, leftOut });
      return send();
    });
  };
  const share = (id: string, shared: boolean) => setLeftOut((before) => (shared ? before.filter((other) => other !== id) : [...before, id]));

  return (
    <section aria-labelledby="report-title">
      <h2 id="report-title">Encounters, and reporting them</h2>
      <form onSubmit={report}>
        <fieldset>
          <legend>Encounters of the last 14 days; with a tick, they are shared when you report</legend>
          <ul>
            {encounters.length === 0 && <li>None yet.</li>}
            {encounters.map(({ id, firstSeen, both, exposure }) => (
              <li key={id}>
                <label className="tick">
                  <input type="checkbox" checked={!leftOut.includes(id)} onChange={(event) => share(id, event.target.checked)} />
                  {`${moment(firstSeen)}: ${both ? 'both have read the other' : 'they have yet to read your code'}${exposure ? ' · reported' : ''}`}
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        <label htmlFor="tan">TAN</label>
        <input id="tan" required autoComplete="off" autoCapitalize="characters" spellCheck={false} aria-describedby="report-said" value={tan} onChange={(event) => setTan(event.target.value)} />
        <label htmlFor="day">Day of the test</label>
        <input id="day" type="date" required max={today} value={testDay} onChange={(event) => setTestDay(event.target.value)} />
        <label className="tick">
          <input type="checkbox" required checked={agreed} onChange={(event) => setAgreed(event.target.checked)} /> Send it: the server publishes what only those whom I met can read
        </label>
        <p id="report-said" className="said" role="status">{said}</p>
        <button>Report</button>
      </form>
    </section>
  );
}
