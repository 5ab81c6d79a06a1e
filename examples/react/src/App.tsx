import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { Check } from './Check';
import type { Device } from './device';
import { Meet } from './Meet';
import { Report } from './Report';
import { useTrying } from './useTrying';

/** Everything on one page. */
export function App({ device }: { device: Device }) {
  const { things, encounters, risk } = useSyncExternalStore(device.subscribe, device.snapshot);
  return (
    <>
      <header>
        <h1>Twoken with React</h1>
        <p className="note">An example of the npm package, for trying out. Decide nothing about your health by it.</p>
      </header>
      <main>
        {things.state ? (
          <>
            <Check device={device} state={things.state} encounters={encounters} risk={risk} />
            <Meet device={device} />
            <Report device={device} encounters={encounters} />
            <Forget device={device} />
          </>
        ) : (
          <Setup device={device} />
        )}
      </main>
    </>
  );
}

function Setup({ device }: { device: Device }) {
  const [address, setAddress] = useState('http://127.0.0.1:8787');
  const [said, trying] = useTrying();
  const begin = (event: FormEvent) => {
    event.preventDefault();
    void trying('Asking …', () => device.connect(address));
  };
  return (
    <section aria-labelledby="setup-title">
      <h2 id="setup-title">Which server?</h2>
      <form onSubmit={begin}>
        <label htmlFor="server">Its address</label>
        <input id="server" type="url" required autoComplete="url" aria-describedby="setup-said" value={address} onChange={(event) => setAddress(event.target.value)} />
        <p id="setup-said" className="said" role="status">{said}</p>
        <button>Begin</button>
      </form>
    </section>
  );
}

function Forget({ device }: { device: Device }) {
  const forget = async () => {
    await device.forget();
    location.replace(location.pathname);
  };
  return (
    <section aria-labelledby="forget-title">
      <h2 id="forget-title">Delete everything</h2>
      <p>The diary, what was checked, and a report that waits.</p>
      <button type="button" className="second" onClick={() => void forget()}>Delete</button>
    </section>
  );
}
