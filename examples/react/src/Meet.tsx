import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import type { How } from 'twoken';
import { Camera } from './Camera';
import { Code } from './Code';
import type { Device } from './device';
import { useTrying } from './useTrying';

const PAGE = location.origin + location.pathname;

/** My code, and theirs by camera or link. */
export function Meet({ device }: { device: Device }) {
  const [link, setLink] = useState('');
  const [seeing, setSeeing] = useState(false);
  const [said, trying, say] = useTrying();
  const dialog = useRef<HTMLDialogElement>(null);
  const read = useCallback(async (text: string, how: How) => {
    const { both } = await device.meet(text, how);
    return both ? 'Both have read the other’s code: this encounter is complete.' : 'Read. Now they read yours, and you theirs once more.';
  }, [device]);

  /** What did not come from our own camera may come from anywhere. */
  const together = useCallback(async (text: string) => {
    const asked = dialog.current;
    if (!asked) return;
    asked.returnValue = 'no';
    const closed = new Promise((resolve) => asked.addEventListener('close', resolve, { once: true }));
    asked.showModal();
    await closed;
    return asked.returnValue === 'yes' ? read(text, 'link') : 'Not taken.';
  }, [read]);

  // A link that the page was opened with leaves the history before anything else happens.
  useEffect(() => {
    const opened = () => {
      const { hash } = location;
      if (!hash) return;
      history.replaceState(null, '', PAGE);
      void trying('', () => together(hash));
    };
    opened();
    addEventListener('hashchange', opened);
    return () => removeEventListener('hashchange', opened);
  }, [trying, together]);

  const typed = (event: FormEvent) => {
    event.preventDefault();
    void trying('', async () => {
      const said = await together(link.trim());
      setLink('');
      return said;
    });
  };
  const copy = () => trying('', async () => {
    await navigator.clipboard.writeText(device.code(PAGE));
    return 'Copied. It is good for ten minutes.';
  });
  const seen = useCallback((text: string) => void trying('', () => read(text, 'camera')), [trying, read]);
  const gone = useCallback((why: string) => {
    setSeeing(false);
    if (why) say(why);
  }, [say]);

  return (
    <section aria-labelledby="meet-title">
      <h2 id="meet-title">Meet</h2>
      <p>Hold the two screens face to face, or give each other your links. Both have to read the other’s code, and the first once more.</p>
      <Code link={() => device.code(PAGE)} />
      <div className="row">
        <button type="button" className="second" onClick={() => void copy()}>Copy my link</button>
        <button type="button" className="second" aria-pressed={seeing} onClick={() => setSeeing(!seeing)}>Use the camera</button>
      </div>
      {seeing && <Camera seen={seen} gone={gone} />}
      <form onSubmit={typed}>
        <label htmlFor="link">Their link</label>
        <input id="link" required autoComplete="off" spellCheck={false} aria-describedby="meet-said" value={link} onChange={(event) => setLink(event.target.value)} />
        <p id="meet-said" className="said" role="status">{said}</p>
        <button>Read it</button>
      </form>
      <dialog ref={dialog} aria-labelledby="together-title">
        <form method="dialog">
          <h2 id="together-title">Are you with this person now?</h2>
          <p>A link can be sent from anywhere. Only whom you are with is an encounter.</p>
          <div className="row">
            <button value="yes">Yes, we are together</button>
            <button value="no">No</button>
          </div>
        </form>
      </dialog>
    </section>
  );
}
