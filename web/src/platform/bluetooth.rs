//! Web Bluetooth: a device that the person chooses, its GATT service, and how strong it comes in.
//!
//! W3C community group, Web Bluetooth (`Bluetooth.requestDevice`, `BluetoothRemoteGATTServer`,
//! `BluetoothDevice.watchAdvertisements`). `web_sys` counts all of it among its unstable APIs, so what is used is declared
//! here. A browser without it, or a page that was not sent securely, has no `navigator.bluetooth`. No device is
//! seen before the person has chosen it; its id is one for this origin alone, and is not stored.
//!
//! Whatever is asked of a device has a time limit: one that never answers would hold its task for ever.

use super::clock;
use futures_channel::oneshot;
use js_sys::{Array, DataView, Function, Object, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use twoken_core::gatt;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{DomException, EventTarget};

/// How long a connection may take, discovery of the service included, in milliseconds.
const CONNECT_MS: u32 = 20_000;
/// How long one read or write may take, in milliseconds.
const ANSWER_MS: u32 = 10_000;
/// How many advertisements are looked at between two hearings: a device may send hundreds.
const MAX_ADVERTISEMENTS: usize = 64;

#[wasm_bindgen]
extern "C" {
    /// `navigator.bluetooth`
    type Api;
    #[wasm_bindgen(method, catch, js_name = requestDevice)]
    fn request_device(this: &Api, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getAvailability)]
    fn availability(this: &Api) -> Result<Promise, JsValue>;

    /// `BluetoothDevice`
    #[wasm_bindgen(extends = EventTarget)]
    type JsDevice;
    #[wasm_bindgen(method, getter)]
    fn id(this: &JsDevice) -> String;
    #[wasm_bindgen(method, getter)]
    fn name(this: &JsDevice) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn gatt(this: &JsDevice) -> Option<Gatt>;

    /// `BluetoothRemoteGATTServer`
    type Gatt;
    #[wasm_bindgen(method, getter)]
    fn connected(this: &Gatt) -> bool;
    #[wasm_bindgen(method, catch)]
    fn connect(this: &Gatt) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn disconnect(this: &Gatt);
    #[wasm_bindgen(method, catch, js_name = getPrimaryService)]
    fn primary_service(this: &Gatt, uuid: &str) -> Result<Promise, JsValue>;

    /// `BluetoothRemoteGATTService`
    type Service;
    #[wasm_bindgen(method, catch, js_name = getCharacteristic)]
    fn characteristic(this: &Service, uuid: &str) -> Result<Promise, JsValue>;

    /// `BluetoothRemoteGATTCharacteristic`
    type Characteristic;
    #[wasm_bindgen(method, catch, js_name = readValue)]
    fn read_value(this: &Characteristic) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = writeValueWithResponse)]
    fn write_value(this: &Characteristic, value: &Uint8Array) -> Result<Promise, JsValue>;
}

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BluetoothProblem {
    /// The list was closed without a choice.
    Cancelled,
    /// Bluetooth is off, or there is none.
    Off,
    /// The person or the browser does not allow it, or not any more.
    Denied,
    /// The device took too long.
    Slow,
    /// The device is out of reach, or has ended the connection.
    Lost,
    /// The device does not take what it is shown, or does not show anything.
    Refused,
    /// The device has no Twoken service, or not all of it.
    NotTwoken,
}

/// Whether this browser has Web Bluetooth.
#[must_use]
pub fn offered() -> bool {
    api().is_some()
}

/// Shows the browser's list of Twoken devices near by. Must be called from a click.
///
/// # Errors
/// `Cancelled`, `Off`, `Denied`.
pub async fn choose() -> Result<Device, BluetoothProblem> {
    let api = api().ok_or(BluetoothProblem::Off)?;
    let filter = object(&[("services", Array::of1(&gatt::SERVICE.into()).into())]);
    let options = object(&[("filters", Array::of1(&filter).into())]);
    // It lasts as long as the person looks at it.
    let chosen = match api.request_device(&options) {
        Ok(asked) => JsFuture::from(asked).await,
        Err(error) => Err(error),
    };
    match chosen {
        Ok(device) => Ok(Device::new(device.unchecked_into())),
        Err(error) => Err(not_chosen(&api, &error).await),
    }
}

/// A closed list, a blocked one and a missing adapter are all `NotFoundError`.
async fn not_chosen(api: &Api, error: &JsValue) -> BluetoothProblem {
    let available = match api.availability() {
        Ok(asked) => JsFuture::from(asked).await.is_ok_and(|available| available.is_truthy()),
        Err(_) => false,
    };
    let said = error.dyn_ref::<DomException>().map(|error| (error.name(), error.message()));
    let (name, message) = said.unwrap_or_default();
    // A browser that forbids it says that there is none, too.
    if name != "NotFoundError" || ["denied", "disabled", "blocked"].iter().any(|word| message.contains(word))
    {
        BluetoothProblem::Denied
    } else if !available {
        BluetoothProblem::Off
    } else {
        BluetoothProblem::Cancelled
    }
}

fn api() -> Option<Api> {
    let api = Reflect::get(&web_sys::window()?.navigator(), &"bluetooth".into()).ok()?;
    api.is_object().then(|| api.unchecked_into())
}

/// What came of the advertisements, and who waits.
#[derive(Default)]
struct Told {
    /// In dBm, since the last hearing.
    received: Vec<i8>,
    /// Whoever waits is woken when the connection ends.
    waiting: Option<oneshot::Sender<()>>,
}

/// A device that was chosen. Lets go of it when dropped.
pub struct Device {
    device: JsDevice,
    told: Rc<RefCell<Told>>,
    ended: Closure<dyn FnMut()>,
    advertised: Closure<dyn FnMut(JsValue)>,
}

impl Device {
    fn new(device: JsDevice) -> Self {
        let told = Rc::new(RefCell::new(Told::default()));
        let ended = Closure::new({
            let told = Rc::clone(&told);
            move || wake(&told)
        });
        let advertised = Closure::new({
            let told = Rc::clone(&told);
            move |event: JsValue| {
                let rssi = Reflect::get(&event, &"rssi".into()).ok().and_then(|rssi| rssi.as_f64());
                let Some(rssi) = rssi.filter(|rssi| (-127.0..=20.0).contains(rssi)) else {
                    return;
                };
                let received = &mut told.borrow_mut().received;
                if received.len() < MAX_ADVERTISEMENTS {
                    received.push(rssi as i8);
                }
            }
        });
        let this = Self { device, told, ended, advertised };
        for (event, listener) in this.listeners() {
            let _ = this.device.add_event_listener_with_callback(event, listener);
        }
        this
    }

    fn listeners(&self) -> [(&'static str, &Function); 2] {
        [
            ("gattserverdisconnected", self.ended.as_ref().unchecked_ref()),
            ("advertisementreceived", self.advertised.as_ref().unchecked_ref()),
        ]
    }

    /// Its name for this origin, the same as long as the permission lasts.
    #[must_use]
    pub fn id(&self) -> String {
        self.device.id()
    }

    /// What it calls itself. Anything can stand there.
    #[must_use]
    pub fn name(&self) -> String {
        self.device.name().unwrap_or_default()
    }

    /// Asks to be told how strong it comes in, where the browser can.
    pub fn watch(&self) {
        if let Ok(watch) = Reflect::get(&self.device, &"watchAdvertisements".into())
            && let Some(watch) = watch.dyn_ref::<Function>()
            && let Ok(asked) = watch.call0(&self.device)
            && let Ok(asked) = asked.dyn_into::<Promise>()
        {
            // A browser that cannot after all: then nothing is told, and that is said.
            wasm_bindgen_futures::spawn_local(async move { drop(JsFuture::from(asked).await) });
        }
    }

    /// How strong it came in since the last time that this was asked, in dBm: the upper median, as the stronger half is
    /// what was not in the way.
    #[must_use]
    pub fn received(&self) -> Option<i8> {
        let mut received = core::mem::take(&mut self.told.borrow_mut().received);
        received.sort_unstable();
        received.get(received.len() / 2).copied()
    }

    /// Connects, and finds what a Twoken device has.
    ///
    /// # Errors
    /// [`BluetoothProblem`], but for `Cancelled`.
    pub async fn connect(&self) -> Result<Connection, BluetoothProblem> {
        let gatt = self.device.gatt().ok_or(BluetoothProblem::Denied)?;
        let until = clock::page_ms().saturating_add(u64::from(CONNECT_MS));
        let left = || u32::try_from(until.saturating_sub(clock::page_ms())).unwrap_or_default().max(1);
        within(left(), gatt.connect()).await?;
        let service: Service = within(left(), gatt.primary_service(gatt::SERVICE)).await?.unchecked_into();
        let find = async |uuid| -> Result<Characteristic, BluetoothProblem> {
            Ok(within(left(), service.characteristic(uuid)).await?.unchecked_into())
        };
        let (info, beacon, peer_beacon) =
            (find(gatt::INFO).await?, find(gatt::BEACON).await?, find(gatt::PEER_BEACON).await?);
        Ok(Connection { gatt, info, beacon, peer_beacon })
    }

    /// Ends the connection, or what would become one, and whatever waits for it.
    pub fn disconnect(&self) {
        if let Some(gatt) = self.device.gatt() {
            gatt.disconnect();
        }
    }

    /// Waits so many milliseconds, or until the connection ends or somebody calls [`Device::wake`].
    pub async fn wait(&self, milliseconds: u32) {
        let (woken, wakes) = oneshot::channel();
        self.told.borrow_mut().waiting = Some(woken);
        let woken = future_to_promise(async move {
            let _ = wakes.await;
            Ok(JsValue::UNDEFINED)
        });
        let _ = JsFuture::from(Promise::race(&Array::of2(&after(milliseconds), &woken))).await;
        self.told.borrow_mut().waiting = None;
    }

    /// Wakes whoever waits.
    pub fn wake(&self) {
        wake(&self.told);
    }
}

fn wake(told: &RefCell<Told>) {
    let waiting = told.borrow_mut().waiting.take();
    if let Some(waiting) = waiting {
        let _ = waiting.send(());
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        for (event, listener) in self.listeners() {
            let _ = self.device.remove_event_listener_with_callback(event, listener);
        }
        self.disconnect();
    }
}

/// A connection, with the three characteristics of the service.
pub struct Connection {
    gatt: Gatt,
    info: Characteristic,
    beacon: Characteristic,
    peer_beacon: Characteristic,
}

impl Connection {
    /// Whether it still stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.gatt.connected()
    }

    /// What the device says of itself: at most 512 bytes, as Bluetooth has it.
    ///
    /// # Errors
    /// `Slow`, `Lost`, `Refused`, `Denied`.
    pub async fn read_info(&self) -> Result<Vec<u8>, BluetoothProblem> {
        read(&self.info).await
    }

    /// What it shows: at most 512 bytes.
    ///
    /// # Errors
    /// As [`Connection::read_info`].
    pub async fn read_beacon(&self) -> Result<Vec<u8>, BluetoothProblem> {
        read(&self.beacon).await
    }

    /// Shows it something, and waits until it says that it has it.
    ///
    /// # Errors
    /// As [`Connection::read_info`].
    pub async fn write(&self, bytes: &[u8]) -> Result<(), BluetoothProblem> {
        within(ANSWER_MS, self.peer_beacon.write_value(&Uint8Array::from(bytes))).await.map(drop)
    }
}

async fn read(characteristic: &Characteristic) -> Result<Vec<u8>, BluetoothProblem> {
    let value: DataView = within(ANSWER_MS, characteristic.read_value()).await?.unchecked_into();
    Ok(Uint8Array::new_with_byte_offset_and_length(
        &value.buffer(),
        u32::try_from(value.byte_offset()).unwrap_or_default(),
        u32::try_from(value.byte_length()).unwrap_or_default(),
    )
    .to_vec())
}

/// What comes of it, if it comes in time.
async fn within(milliseconds: u32, asked: Result<Promise, JsValue>) -> Result<JsValue, BluetoothProblem> {
    let late = after(milliseconds);
    let late = future_to_promise(async move {
        let _ = JsFuture::from(late).await;
        // What no browser says of itself.
        Err(JsValue::UNDEFINED)
    });
    let asked = asked.map_err(|error| problem(&error))?;
    JsFuture::from(Promise::race(&Array::of2(&asked, &late))).await.map_err(|error| problem(&error))
}

fn problem(error: &JsValue) -> BluetoothProblem {
    if error.is_undefined() {
        return BluetoothProblem::Slow;
    }
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        Some("NotFoundError") => BluetoothProblem::NotTwoken,
        // An error of the device's own, or an access that it has not.
        Some("NotSupportedError") => BluetoothProblem::Refused,
        Some("SecurityError" | "NotAllowedError") => BluetoothProblem::Denied,
        // NetworkError, InvalidStateError after a disconnection, AbortError.
        _ => BluetoothProblem::Lost,
    }
}

fn after(milliseconds: u32) -> Promise {
    future_to_promise(async move {
        clock::sleep_ms(milliseconds).await;
        Ok(JsValue::UNDEFINED)
    })
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
