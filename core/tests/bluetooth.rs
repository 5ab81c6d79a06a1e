//! A browser beside a device that stays connected: one encounter over several intervals, several devices at once, and what the
//! signal has lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod support;

use support::named;
use support::people::Person;
use support::rng::keystream;
use twoken_core::beacon::Payload;
use twoken_core::diary::{Diary, Encounter, EncounterId};
use twoken_core::encounter::{Error, How};
use twoken_core::gatt::{Info, SIGHTING_SECONDS};
use twoken_core::risk::{Closeness, Config, Distance};
use twoken_core::tcn::TxPower;
use twoken_core::units::{Attenuation, Minutes, Timestamp};

/// 21 November 2026, 12:05:00 UTC: the middle of an interval.
const BEGIN: Timestamp = Timestamp::new(1_795_262_700);

/// What a central does in one round: it reads, hears, and answers for this device alone.
fn round(
    central: &mut Person,
    device: &mut Person,
    known: Option<EncounterId>,
    now: Timestamp,
) -> (EncounterId, bool) {
    let read = device.shows(now);
    central.shows(now);
    let mut rng = keystream(named(&format!("{} {}", central.name, now.seconds())));
    let draft = central.ring.hear_with(&read, now, How::Bluetooth, known, &mut rng).unwrap();
    let (id, both) = (draft.id, draft.both);
    central.diary.record(draft);
    let written = central.ring.payload_to(&read.beacon, now).unwrap();
    device.hears(&Payload::decode(&written.encode()).unwrap(), now);
    (id, both)
}

#[test]
fn a_device_that_stays_is_one_encounter_with_its_duration() {
    let (mut central, mut device) = (Person::new("central"), Person::new("device"));
    let (id, both) = round(&mut central, &mut device, None, BEGIN);
    assert!(!both, "nobody has acknowledged anything yet");
    let mut now = BEGIN;
    for turn in 1..=50 {
        now = now.plus(SIGHTING_SECONDS);
        let (same, both) = round(&mut central, &mut device, Some(id), now);
        assert_eq!(same, id, "round {turn}");
        // A new interval's first round has a new beacon, which acknowledges nothing.
        assert!(both || now.seconds() % 600 < SIGHTING_SECONDS, "round {turn}");
    }
    assert_eq!(central.diary.len(), 1);
    let row = central.diary.get(&id).unwrap();
    assert!(row.both && row.how == How::Bluetooth);
    assert_eq!(row.duration(), Minutes::new(25));
    // Each of the device's beacons has a pair in common with mine.
    assert_eq!(device.diary.len(), 4);
    for theirs in device.diary.iter() {
        let reported = |pairing: &twoken_core::encounter::Pairing| *pairing.received_tag();
        let mine: Vec<_> = row.pairings().iter().map(reported).collect();
        assert!(theirs.both && theirs.pairings().iter().any(|pairing| mine.contains(pairing.reported_tag())));
    }
    // It is stored and read again as it is.
    assert_eq!(Encounter::from_cbor(&row.to_cbor()).unwrap().to_cbor(), row.to_cbor());
}

#[test]
fn claim_05_each_of_several_devices_reads_its_own_acknowledgement_at_once() {
    let mut central = Person::new("central");
    let mut devices: Vec<_> = (0..5).map(|number| Person::new(&format!("device {number}"))).collect();
    central.shows(BEGIN);
    for device in &mut devices {
        round(&mut central, device, None, BEGIN);
    }
    for device in &devices {
        assert!(device.diary.iter().all(|row| row.both), "{}", device.name);
    }
    // After a minute without a hearing it is nobody's any more, and never another's.
    let beacon = devices[0].shows(BEGIN).beacon;
    let bytes = |central: &Person, at| central.ring.payload_to(&beacon, at).unwrap().acknowledgement.0;
    let idle = Person::new("central").shows(BEGIN).acknowledgement.0;
    assert_ne!(bytes(&central, BEGIN.plus(60)), idle);
    assert_eq!(bytes(&central, BEGIN.plus(61)), idle);
    let stranger = Person::new("stranger").shows(BEGIN).beacon;
    assert_eq!(central.ring.payload_to(&stranger, BEGIN).unwrap().acknowledgement.0, idle);
}

#[test]
fn what_is_refused_of_a_code_is_refused_of_a_device() {
    let mut central = Person::new("central");
    let own = central.shows(BEGIN);
    let mut rng = keystream([1; 32]);
    let known = Some(EncounterId::new([9; 16]));
    let refused = central.ring.hear_with(&own, BEGIN, How::Bluetooth, known, &mut rng).unwrap_err();
    assert_eq!(refused, Error::Own);
    let old = Person::new("device").shows(BEGIN.minus(1_200));
    let refused = central.ring.hear_with(&old, BEGIN, How::Bluetooth, known, &mut rng).unwrap_err();
    assert!(matches!(refused, Error::Time(_)));
}

fn met_by_radio() -> (Diary, EncounterId) {
    let (mut central, mut device) = (Person::new("central"), Person::new("device"));
    let (id, _) = round(&mut central, &mut device, None, BEGIN);
    (central.diary, id)
}

#[test]
fn distance_is_what_the_signal_lost_and_close_where_nobody_knows() {
    let config = Config::default();
    let distance = |row: &Encounter| Closeness::of(row).distance(&config);
    let (mut diary, id) = met_by_radio();
    let row = diary.get_mut(&id).unwrap();
    assert_eq!((Closeness::of(row), distance(row)), (Closeness::Unknown, Distance::Close));
    let info = Info { tx_power: Some(TxPower(-4)) };
    for (received, closeness) in [(-80, Distance::Far), (-60, Distance::Near), (-59, Distance::Near)] {
        row.lose(info.attenuation(received).unwrap());
        assert_eq!(distance(row), closeness);
    }
    // Half of the hearings count, the nearer half.
    for _ in 0..3 {
        row.lose(Attenuation::new(40));
    }
    assert_eq!((row.attenuation(), distance(row)), (Some(Attenuation::new(40)), Distance::Close));
    let again = Encounter::from_cbor(&row.to_cbor()).unwrap();
    assert_eq!(again.attenuation(), row.attenuation());
}

#[test]
fn whoever_scans_a_devices_code_as_well_is_face_to_face() {
    let (mut central, mut device) = (Person::new("central"), Person::new("device"));
    let (id, _) = round(&mut central, &mut device, None, BEGIN);
    central.hears(&device.shows(BEGIN), BEGIN.plus(20));
    assert_eq!(central.diary.len(), 1);
    let row = central.diary.get_mut(&id).unwrap();
    row.lose(Attenuation::new(90));
    assert_eq!((row.how, Closeness::of(row)), (How::Camera, Closeness::FaceToFace));
}
