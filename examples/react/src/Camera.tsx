import { frameLoop, QRCanvas, selfieCamera } from 'qr/dom.js';
import { useEffect, useRef } from 'react';

interface Props {
  /** What a code says, once for each. */
  seen: (text: string) => void;
  /** It ended, and why if it should not have. */
  gone: (why: string) => void;
}

/** The camera that looks at whoever holds the device, until it is no longer shown. */
export function Camera({ seen, gone }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stop = () => undefined as void;
    let over = false;
    const hidden = () => document.hidden && gone('');
    const start = async (element: HTMLVideoElement) => {
      const camera = await selfieCamera(element);
      const canvas = new QRCanvas();
      let last: unknown;
      const ended = frameLoop(() => {
        void camera.readFrame(canvas).then((text) => {
          // The same code stands there for many frames.
          if (typeof text === 'string' && text !== last) seen((last = text));
        });
      }, element);
      stop = () => {
        ended();
        camera.stop();
      };
      // Whoever pressed twice is quicker than a camera.
      if (over) stop();
    };
    if (video.current) start(video.current).catch(() => gone('There is no camera, or this page may not use it.'));
    document.addEventListener('visibilitychange', hidden);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', hidden);
      stop();
    };
  }, [seen, gone]);
  return <video ref={video} playsInline muted aria-label="What the camera sees" />;
}
