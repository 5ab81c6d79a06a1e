//! The app's end of the line to the worker.

use super::worker_scope::READY;
use super::{background, history};
use futures_channel::oneshot;
use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort, Worker};

/// The loader that the build makes beside the worker's binary.
const LOADER: &str = "/worker_loader.js";
/// The same for the medical console: the service worker of an older app leaves it, and what it loads, to the server.
const CONSOLE_LOADER: &str = "/worker_loader.js?console";

/// The worker did not start, or died at a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

thread_local! {
    static LINE: RefCell<Option<Rc<Line>>> = const { RefCell::new(None) };
}

/// Has the worker do something: `head` says what, `buffer` goes over without being copied.
///
/// The worker is started when it is first needed. Where it died, the next task starts another.
///
/// # Errors
/// [`Gone`] where it cannot be started, or dies before it answers.
pub async fn ask(head: Vec<u8>, buffer: ArrayBuffer) -> Result<Vec<u8>, Gone> {
    let line = line()?;
    line.ready().await?;
    let answer = line.send(&head, &buffer)?;
    answer.await.map_err(|_| Gone)
}

/// As [`ask`], with bytes that are copied once.
///
/// # Errors
/// As [`ask`].
pub async fn ask_with_bytes(head: Vec<u8>, bytes: &[u8]) -> Result<Vec<u8>, Gone> {
    ask(head, Uint8Array::from(bytes).buffer()).await
}

fn line() -> Result<Rc<Line>, Gone> {
    LINE.with_borrow_mut(|line| match line {
        Some(line) => Ok(Rc::clone(line)),
        None => {
            let fresh = Line::start()?;
            *line = Some(Rc::clone(&fresh));
            Ok(fresh)
        }
    })
}

/// Where the worker's program is.
enum End {
    /// In a worker of this window's.
    Worker(Worker),
    /// Beside this one, in the service worker, which can start no other.
    Beside(MessagePort),
}

impl End {
    fn reach() -> Result<Self, Gone> {
        if background::is_here() {
            return background::worker_port().map(Self::Beside).ok_or(Gone);
        }
        let loader = if history::is_staff() { CONSOLE_LOADER } else { LOADER };
        Worker::new(loader).map(Self::Worker).map_err(|_| Gone)
    }

    fn listen(&self, on_message: &Function, on_error: &Function) {
        match self {
            Self::Worker(worker) => {
                worker.set_onmessage(Some(on_message));
                worker.set_onerror(Some(on_error));
            }
            // This begins the delivery too.
            Self::Beside(port) => port.set_onmessage(Some(on_message)),
        }
    }

    fn send(&self, message: &Array, transferred: &Array) -> Result<(), JsValue> {
        match self {
            Self::Worker(worker) => worker.post_message_with_transfer(message, transferred),
            Self::Beside(port) => port.post_message_with_transferable(message, transferred),
        }
    }

    fn close(&self) {
        match self {
            Self::Worker(worker) => worker.terminate(),
            Self::Beside(port) => port.close(),
        }
    }
}

struct Line {
    end: End,
    state: Rc<RefCell<State>>,
    /// Dropped with the line, together with the worker that calls them.
    _listeners: [Closure<dyn FnMut(MessageEvent)>; 2],
}

#[derive(Default)]
struct State {
    ready: bool,
    /// Who waits for the worker to listen.
    starting: Vec<oneshot::Sender<()>>,
    /// Who waits for which answer.
    waiting: BTreeMap<u32, oneshot::Sender<Vec<u8>>>,
    last: u32,
}

impl Line {
    fn start() -> Result<Rc<Self>, Gone> {
        let end = End::reach()?;
        let state = Rc::new(RefCell::new(State::default()));
        let heard = Rc::clone(&state);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event| receive(&heard, &event));
        let failed = Rc::clone(&state);
        let on_error = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            // Dropping the senders tells everybody; the next task starts another worker.
            *failed.borrow_mut() = State::default();
            LINE.with_borrow_mut(|line| {
                if let Some(line) = line.take() {
                    line.end.close();
                    // This very closure belongs to it, and is still running.
                    core::mem::forget(line);
                }
            });
        });
        end.listen(on_message.as_ref().unchecked_ref(), on_error.as_ref().unchecked_ref());
        Ok(Rc::new(Self { end, state, _listeners: [on_message, on_error] }))
    }

    async fn ready(&self) -> Result<(), Gone> {
        let waiting = {
            let mut state = self.state.borrow_mut();
            if state.ready {
                return Ok(());
            }
            let (sender, receiver) = oneshot::channel();
            state.starting.push(sender);
            receiver
        };
        waiting.await.map_err(|_| Gone)
    }

    fn send(&self, head: &[u8], buffer: &ArrayBuffer) -> Result<oneshot::Receiver<Vec<u8>>, Gone> {
        let (sender, receiver) = oneshot::channel();
        let number = {
            let mut state = self.state.borrow_mut();
            state.last = state.last.wrapping_add(1);
            let number = state.last;
            state.waiting.insert(number, sender);
            number
        };
        let message = Array::of3(&JsValue::from(number), &Uint8Array::from(head), buffer);
        self.end.send(&message, &Array::of1(buffer)).map_err(|_| Gone)?;
        Ok(receiver)
    }
}

fn receive(state: &RefCell<State>, event: &MessageEvent) {
    let data = event.data();
    let mut state = state.borrow_mut();
    if data.as_string().as_deref() == Some(READY) {
        state.ready = true;
        for sender in state.starting.drain(..) {
            let _ = sender.send(());
        }
        return;
    }
    let message = Array::from(&data);
    // Numbers below 2³² are exact in JavaScript.
    let number = message.get(0).as_f64().unwrap_or_default() as u32;
    if let Some(sender) = state.waiting.remove(&number) {
        let _ = sender.send(Uint8Array::new(&message.get(1)).to_vec());
    }
}
