import encodeQR from 'qr';
import { useEffect, useRef } from 'react';

/** A code changes when somebody was heard, and when its ten minutes are over. */
const CODE_MS = 2000;
const QUIET = 4;

/** A link as a QR code, drawn anew as long as it is looked at. */
export function Code({ link }: { link: () => string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const current = useRef(link);
  useEffect(() => {
    current.current = link;
  });
  useEffect(() => {
    const draw = () => {
      if (canvas.current && !document.hidden) drawn(canvas.current, current.current());
    };
    draw();
    const timer = setInterval(draw, CODE_MS);
    document.addEventListener('visibilitychange', draw);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', draw);
    };
  }, []);
  return <canvas ref={canvas} role="img" aria-label="My code" />;
}

function drawn(canvas: HTMLCanvasElement, text: string): void {
  const modules = encodeQR(text, 'raw', { border: QUIET });
  canvas.width = canvas.height = modules.length;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, modules.length, modules.length);
  context.fillStyle = '#000';
  modules.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(x, y, 1, 1)));
}
