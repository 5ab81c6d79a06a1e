import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Device } from './device';
import './style.css';
import { words } from './words';

const element = document.getElementById('root');
if (!element) throw new Error('there is no #root');
const root = createRoot(element);

root.render(<p>Loading …</p>);
// Two windows would each keep what the other does not know.
void navigator.locks.request('twoken-example', { ifAvailable: true }, async (lock) => {
  if (!lock) return root.render(<p>This is open in another window.</p>);
  try {
    root.render(<App device={await Device.start()} />);
  } catch (error) {
    root.render(<p role="alert">{words(error)}</p>);
  }
  await new Promise(() => undefined);
});
