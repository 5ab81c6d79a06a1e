// The types of every entry, as a program in TypeScript sees them.
import { check, Client, type CheckState, type Encounter, init, KeyRing, Tan, TwokenError, type TwokenErrorCode } from 'twoken';
import { init as slim, Matcher } from 'twoken/slim';
import { init as inline } from 'twoken/inline';
import { initSync } from 'twoken/node';
import { startWorker } from 'twoken/worker';

export async function all(state?: CheckState): Promise<Encounter[]> {
  await Promise.all([init(), slim(), inline()]);
  initSync();
  const ring: KeyRing = new KeyRing();
  const changed: boolean = ring.advance(new Date());
  const payload: Uint8Array | undefined = ring.payload(0);
  const code: TwokenErrorCode = new TwokenError('tan.check', String(changed)).code;
  using worker = startWorker();
  const found = await worker.match({ matcher: new Uint8Array(), key: '', batches: [], now: 0 });
  // @ts-expect-error a number is wanted
  ring.advance('now');
  // @ts-expect-error `docter` is no class of permits
  const of: 'patient' | 'staff' = 'docter';
  console.log(payload, code, found.matches, of, Matcher, check, Client, Tan.generate().display(), state?.checkedUntil);
  return [];
}
