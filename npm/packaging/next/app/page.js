// Imported on the server, where nothing of it is begun; used in the browser.
import { INTERVAL_SECONDS } from 'twoken';
import { Story } from './story';

export default function Page() {
  return (
    <main data-seconds={INTERVAL_SECONDS}>
      <Story />
    </main>
  );
}
