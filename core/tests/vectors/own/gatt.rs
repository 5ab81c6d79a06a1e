//! What a Twoken peripheral says of itself.

use twoken_core::gatt::{BEACON, Error, INFO, Info, PEER_BEACON, SERVICE};
use twoken_core::tcn::TxPower;

use crate::file::{Case, File};

pub fn files() -> Vec<File> {
    let mut files = vec![good()];
    files.extend(bad());
    files
}

fn good() -> File {
    let infos = [
        ("not known", None, -128),
        ("the lowest", Some(-100), -100),
        ("a wearable", Some(-12), -12),
        ("one milliwatt", Some(0), 0),
        ("the loudest", Some(20), 20),
    ];
    let cases = infos.map(|(name, tx_power, said)| {
        let info = Info { tx_power: tx_power.map(TxPower) };
        assert_eq!(Info::decode(&info.encode()).unwrap(), info, "{name}");
        let lost = |received| info.attenuation(received).map(twoken_core::units::Attenuation::get);
        Case::new(name)
            .with("service", SERVICE)
            .with("info_characteristic", INFO)
            .with("beacon_characteristic", BEACON)
            .with("peer_beacon_characteristic", PEER_BEACON)
            .with("tx_power", said)
            .hex("info", info.encode())
            .with("attenuation_at_minus_70_dbm", lost(-70))
            .with("attenuation_at_20_dbm", lost(20))
    });
    let note = "info = 1 | TX power i8, in dBm, -128 where it is not known; attenuation = TX power - RSSI, never below 0. \
                The four UUIDs are the same in every case.";
    File::new("info.json", note, cases.into())
}

/// What is wrong, the bytes, and how they are refused.
type Refused = (&'static str, Vec<u8>, Error);

fn bad() -> Vec<File> {
    let truncated = |got| Error::Truncated { expected: 2, got };
    let oversized = |got| Error::Oversized { limit: 2, got };
    let files: [(&str, Vec<Refused>); 4] = [
        (
            "info_bad_version.json",
            vec![
                ("version 0", vec![0, 0], Error::Version(0)),
                ("version 2, longer", vec![2, 0, 0], Error::Version(2)),
                ("version 255, cut off", vec![255], Error::Version(255)),
            ],
        ),
        (
            "info_bad_truncated.json",
            vec![("nothing", vec![], truncated(0)), ("version only", vec![1], truncated(1))],
        ),
        (
            "info_bad_oversized.json",
            vec![
                ("one byte more", vec![1, 0, 0], oversized(3)),
                ("as long as Bluetooth carries", [&[1][..], &[0; 511]].concat(), oversized(512)),
            ],
        ),
        (
            "info_bad_tx_power.json",
            vec![
                ("21 dBm", vec![1, 21], Error::TxPower(21)),
                ("127 dBm", vec![1, 127], Error::TxPower(127)),
                ("-101 dBm", vec![1, 155], Error::TxPower(-101)),
                ("-127 dBm", vec![1, 129], Error::TxPower(-127)),
            ],
        ),
    ];
    let note = "What a central refuses of a device's own words, with the error it gives.";
    let file = |(name, cases): (_, Vec<(&str, Vec<u8>, Error)>)| {
        let cases = cases.into_iter().map(|(name, bytes, error)| {
            assert_eq!(Info::decode(&bytes).unwrap_err(), error, "{name}");
            Case::new(name).hex("info", bytes).refused(error)
        });
        File::new(name, note, cases.collect())
    };
    files.into_iter().map(file).collect()
}
