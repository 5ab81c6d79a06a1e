'use client';

import { useEffect } from 'react';
import * as twoken from 'twoken';
import { story } from '../program.mjs';

export function Story() {
  useEffect(() => {
    story(twoken).catch((error) => `${error.code}: ${error.stack}`).then((said) => (document.title = said));
  }, []);
  return null;
}
