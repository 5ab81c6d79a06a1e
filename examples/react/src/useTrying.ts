import { useCallback, useState } from 'react';
import { words } from './words';

/** What is said beside something that is tried, and the trying of it: its own words at its end, or those of what went wrong. */
export function useTrying(): [said: string, trying: (doing: string, act: () => Promise<string | void>) => Promise<void>, say: (text: string) => void] {
  const [said, say] = useState('');
  const trying = useCallback(async (doing: string, act: () => Promise<string | void>) => {
    say(doing);
    try {
      say((await act()) ?? '');
    } catch (error) {
      say(words(error));
    }
  }, []);
  return [said, trying, say];
}
