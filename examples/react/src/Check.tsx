import type { Assessment, CheckState, Encounter } from 'twoken';
import type { Device } from './device';
import { counted, moment } from './said';
import { useTrying } from './useTrying';

interface Props {
  device: Device;
  state: CheckState;
  encounters: Encounter[];
  risk: Assessment | undefined;
}

/** What the last check found, and the next one. */
export function Check({ device, state, encounters, risk }: Props) {
  const [said, trying, say] = useTrying();
  const check = () => trying('Checking …', () => device.check({ onProgress: ({ batches, of }) => say(`${batches} of ${of}`) }));
  return (
    <section aria-labelledby="check-title">
      <h2 id="check-title">Was anybody reported?</h2>
      <p>{result(encounters, moment(state.checkedUntil))}</p>
      <ul>
        {risk?.days.map(({ day, grade, minutes }) => (
          <li key={day}>{`${day}: ${grade.level}${grade.atLeast ? ' at least' : ''}, ${counted(minutes, 'minute')} that count`}</li>
        ))}
      </ul>
      <p className="said" role="status">{said}</p>
      <button type="button" onClick={() => void check()}>Check now</button>
    </section>
  );
}

function result(encounters: Encounter[], asOf: string): string {
  const found = encounters.filter(({ exposure }) => exposure).length;
  const all = counted(encounters.length, 'encounter');
  if (found === 0) return `None of ${all} was reported, as of ${asOf}. That does not mean that you are safe.`;
  return `${found} of ${all} ${found === 1 ? 'was' : 'were'} reported, as of ${asOf}. Ask your health office what to do.`;
}
