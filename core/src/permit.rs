//! From a TAN to a one-time upload permit that no computation links to it.
//!
//! ```text
//! client: t = 32 random bytes                       info = label ‖ class u8 ‖ week u16
//! client ──► server: TAN, class, week, blinded      POPRF.Blind(t)
//! server ──► client: evaluated, proof               POPRF.BlindEvaluate(k, info); the proof is checked under the
//!                                                   key that was pinned before the TAN was typed
//! client: N = POPRF.Finalize                        permit = (t, N)
//! client ──► server: t, class, week, HMAC(N, body), body     later, without the TAN
//! server: N' = POPRF.Evaluate(k, t, info), HMAC(N', body) equal?
//! ```
//!
//! Whoever redeems a TAN sees a blinded element; whoever receives an upload sees `t`: to connect them takes the
//! client's blind (RFC 9497 §7). Class and week are the only public info, so they are all by which permits differ.
//! What remains is time, address and rarity; hence the random delay between the two. Source of the procedure:
//! TraceCORONA, "Infection Verification"; of the construction: Twoken.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec::{self, Reader};
use crate::oprf::{self, Blind, Element, Mode, Output, Proof, SecretKey, partial};
use crate::tan::Tan;
use crate::units::Week;
use crate::wire::{PermitRequest, PermitResponse, StaffPermitRequest, UploadBody};
use crate::{labels, mac};

pub use crate::oprf::PublicKey as PermitPublicKey;

/// Bytes of a permit header before base64url: `t 32 ‖ class 1 ‖ week 2 ‖ HMAC 32`.
pub const HEADER_LENGTH: usize = 67;
const PENDING_VERSION: u8 = 1;

/// Why a permit was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a class that exists.
    #[error("permit class {0} is not known")]
    Class(u8),
    /// The evaluation is malformed or its proof does not hold under the pinned key.
    #[error(transparent)]
    Oprf(#[from] oprf::Error),
    /// Not canonical base64url of the right length, or not what was stored.
    #[error(transparent)]
    Codec(#[from] codec::Error),
    /// The permit does not authorise this body.
    #[error("the permit does not authorise this body")]
    Refused,
}

/// Who may upload what: fixed by what is redeemed.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
#[repr(u8)]
pub enum Class {
    /// For a person's own report.
    #[n(1)]
    Patient = 1,
    /// For health staff on a patient's behalf.
    #[n(2)]
    Staff = 2,
}

impl Class {
    /// From its byte.
    ///
    /// # Errors
    /// [`Error::Class`].
    pub const fn from_byte(byte: u8) -> Result<Self, Error> {
        match byte {
            1 => Ok(Self::Patient),
            2 => Ok(Self::Staff),
            other => Err(Error::Class(other)),
        }
    }
}

/// The POPRF's public info: exactly class and week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
pub struct PermitInfo {
    /// Fixed by what is redeemed.
    #[n(0)]
    pub class: Class,
    /// From the client's clock; the server accepts one more or less than its own.
    #[n(1)]
    pub week: Week,
}

impl PermitInfo {
    /// `label ‖ class ‖ week`.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        [labels::PERMIT, &[self.class as u8], &self.week.get().to_be_bytes()].concat()
    }
}

/// A TAN being redeemed: stored before anything is sent, so that a retry repeats the same blinded element.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Pending {
    #[n(0)]
    tan: Tan,
    #[n(1)]
    info: PermitInfo,
    #[cbor(n(2), with = "minicbor::bytes")]
    t: [u8; 32],
    #[cbor(n(3), with = "blind")]
    blind: Blind,
}

mod blind {
    use minicbor::{Decoder, Encoder};

    use crate::oprf::Blind;

    pub(super) fn encode<C, W: minicbor::encode::Write>(
        blind: &Blind,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(blind.to_bytes().as_slice())?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Blind, minicbor::decode::Error> {
        let bytes = d.bytes()?.try_into().map_err(|_| minicbor::decode::Error::message("not 32 bytes"))?;
        Blind::from_bytes(bytes).map_err(|_| minicbor::decode::Error::message("not a scalar"))
    }
}

impl Pending {
    /// Begins: a fresh `t` and blind.
    #[must_use]
    pub fn new(tan: &Tan, class: Class, week: Week, rng: &mut impl CryptoRng) -> Self {
        let mut t = [0; 32];
        rng.fill_bytes(&mut t);
        Self { tan: tan.clone(), info: PermitInfo { class, week }, t, blind: Blind::random(rng) }
    }

    /// What is sent; the same each time.
    ///
    /// # Errors
    /// [`Error::Oprf`], for one `t` in 2²⁵² that hashes to the identity.
    pub fn request(&self) -> Result<PermitRequest, Error> {
        let blinded = self.blind.blinded(Mode::Partial, &self.t)?;
        Ok(PermitRequest {
            tan: Zeroizing::new(self.tan.display().replace('-', "")),
            blinded: codec::to_base64url(blinded.as_bytes()),
            class: self.info.class,
            week: self.info.week,
        })
    }

    /// Opens the server's answer, after verifying its proof under the key that was pinned before.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Oprf`] ([`oprf::Error::Verify`] for another key, class or week).
    pub fn finalize(&self, response: &PermitResponse, pinned: &PermitPublicKey) -> Result<Permit, Error> {
        open(self.t, self.info, &self.blind, response, pinned)
    }

    /// For storage. Contains TAN and blind.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        codec::to_secret_record(PENDING_VERSION, self)
    }

    /// From storage.
    ///
    /// # Errors
    /// [`Error::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&PENDING_VERSION, cbor)) => Ok(codec::from_canonical_cbor(cbor)?),
            _ => Err(Error::Codec(codec::Error::Cbor)),
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.t.zeroize();
    }
}

/// A permit that health staff ask for while they are signed in: as [`Pending`], without a TAN. It lives in memory only,
/// as what it is for does.
pub struct StaffPending {
    info: PermitInfo,
    t: [u8; 32],
    blind: Blind,
}

impl StaffPending {
    /// Begins: a fresh `t` and blind.
    #[must_use]
    pub fn new(week: Week, rng: &mut impl CryptoRng) -> Self {
        let mut t = [0; 32];
        rng.fill_bytes(&mut t);
        Self { info: PermitInfo { class: Class::Staff, week }, t, blind: Blind::random(rng) }
    }

    /// What is sent; the same each time.
    ///
    /// # Errors
    /// [`Error::Oprf`], for one `t` in 2²⁵² that hashes to the identity.
    pub fn request(&self) -> Result<StaffPermitRequest, Error> {
        let blinded = self.blind.blinded(Mode::Partial, &self.t)?;
        Ok(StaffPermitRequest { blinded: codec::to_base64url(blinded.as_bytes()), week: self.info.week })
    }

    /// Opens the server's answer, as [`Pending::finalize`].
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Oprf`].
    pub fn finalize(&self, response: &PermitResponse, pinned: &PermitPublicKey) -> Result<Permit, Error> {
        open(self.t, self.info, &self.blind, response, pinned)
    }
}

impl Drop for StaffPending {
    fn drop(&mut self) {
        self.t.zeroize();
    }
}

fn open(
    t: [u8; 32],
    info: PermitInfo,
    blind: &Blind,
    response: &PermitResponse,
    pinned: &PermitPublicKey,
) -> Result<Permit, Error> {
    let evaluated = Element::from_bytes(codec::array_from_base64url(&response.evaluated)?)?;
    let proof = Proof::from_bytes(&codec::array_from_base64url(&response.proof)?)?;
    let asked = alloc::vec![(Zeroizing::new(t.to_vec()), blind.clone())];
    let outputs = partial::Client::resume(asked, &info.to_bytes(), pinned)?.finalize(&[evaluated], &proof)?;
    let n = outputs.into_iter().next().ok_or(oprf::Error::Count { expected: 1, got: 0 })?;
    Ok(Permit { t, info, n })
}

/// The right to send one body.
pub struct Permit {
    t: [u8; 32],
    info: PermitInfo,
    n: Output,
}

impl Permit {
    /// Spends it on a body: what is sent now and, byte for byte, at every retry.
    #[must_use]
    pub fn authorise(self, body: UploadBody) -> Authorised {
        let mac = mac::tag(self.n.as_bytes(), &[labels::UPLOAD, body.as_bytes()]);
        let header = PermitHeader { t: self.t, info: self.info, mac };
        Authorised { header: header.encode(), body: body.into_bytes() }
    }
}

/// A body with its authorisation, ready to be sent and sent again.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Authorised {
    /// Value of the `twoken-permit` header.
    pub header: String,
    /// The upload body.
    pub body: Vec<u8>,
}

/// The `twoken-permit` header of an upload.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PermitHeader {
    /// The POPRF's input: the permit's name, seen once.
    pub t: [u8; 32],
    /// Class and week.
    pub info: PermitInfo,
    /// `HMAC-SHA256(N, label ‖ body)`.
    pub mac: [u8; 32],
}

impl PermitHeader {
    /// Base64url of 67 bytes.
    #[must_use]
    pub fn encode(&self) -> String {
        let class = [self.info.class as u8];
        codec::to_base64url(&[&self.t[..], &class, &self.info.week.get().to_be_bytes(), &self.mac].concat())
    }

    /// The one strict decoder.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Class`].
    pub fn decode(text: &str) -> Result<Self, Error> {
        let bytes: [u8; HEADER_LENGTH] = codec::array_from_base64url(text)?;
        let mut reader = Reader::new(&bytes);
        let t = reader.array()?;
        let info = PermitInfo { class: Class::from_byte(reader.u8()?)?, week: Week::new(reader.u16()?) };
        let mac = reader.array()?;
        reader.finish()?;
        Ok(Self { t, info, mac })
    }
}

/// The server's permit key.
#[derive(Clone)]
pub struct PermitKey(SecretKey);

impl PermitKey {
    /// A fresh one.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(SecretKey::generate(rng))
    }

    /// From 32 bytes.
    ///
    /// # Errors
    /// [`Error::Oprf`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        Ok(Self(SecretKey::from_bytes(bytes)?))
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.to_bytes()
    }

    /// What clients pin.
    #[must_use]
    pub fn public(&self) -> PermitPublicKey {
        self.0.public()
    }

    /// Evaluates a blinded element (base64url) under class and week, with the proof.
    ///
    /// # Errors
    /// [`Error::Codec`], [`Error::Oprf`].
    pub fn evaluate(
        &self,
        blinded: &str,
        info: PermitInfo,
        rng: &mut impl CryptoRng,
    ) -> Result<PermitResponse, Error> {
        let blinded = Element::from_bytes(codec::array_from_base64url(blinded)?)?;
        let (evaluated, proof) = partial::blind_evaluate(&self.0, &[blinded], &info.to_bytes(), rng)?;
        let evaluated = evaluated.first().ok_or(oprf::Error::Count { expected: 1, got: 0 })?;
        Ok(PermitResponse {
            evaluated: codec::to_base64url(evaluated.as_bytes()),
            proof: codec::to_base64url(&proof.to_bytes()),
        })
    }

    /// Whether the permit authorises this body. Whether its week is accepted and `t` unused is the caller's to ask.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Oprf`].
    pub fn verify(&self, header: &PermitHeader, body: &[u8]) -> Result<(), Error> {
        let n = partial::evaluate(&self.0, &header.t, &header.info.to_bytes())?;
        if mac::verify(n.as_bytes(), &[labels::UPLOAD, body], &header.mac).into() {
            Ok(())
        } else {
            Err(Error::Refused)
        }
    }
}

crate::codec::name_only!(Pending, StaffPending, Permit, Authorised, PermitHeader, PermitKey);

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patient => "patient",
            Self::Staff => "staff",
        })
    }
}
