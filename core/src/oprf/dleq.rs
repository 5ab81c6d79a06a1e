//! The batched proof of equal logarithms (RFC 9497 §2.2): `B = k·A` and, for every i, `Dᵢ = k·Cᵢ`, without showing
//! `k`. Cost: two multiplications a batch and one a pair.

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::{Element, Error, Mode, Proof, length};
use crate::group;

/// `A` is always the base point in RFC 9497.
pub(crate) struct Statement<'a> {
    pub(crate) mode: Mode,
    /// `B = k·G`.
    pub(crate) b: Element,
    /// The `Cᵢ`.
    pub(crate) c: &'a [Element],
    /// The `Dᵢ = k·Cᵢ`.
    pub(crate) d: &'a [Element],
}

impl Statement<'_> {
    /// `GenerateProof` (§2.2.1).
    pub(crate) fn prove(&self, k: &Scalar, rng: &mut impl CryptoRng) -> Result<Proof, Error> {
        let (m, _) = self.composites(false)?;
        let z = m * k;
        // Who learns `r` learns `k`.
        let r = Zeroizing::new(group::random_scalar(rng));
        let challenge = self.challenge(&m, &z, &group::mul_base(&r), &(m * *r))?;
        Ok(Proof { challenge, response: *r - challenge * k })
    }

    /// `VerifyProof` (§2.2.2).
    pub(crate) fn verify(&self, proof: &Proof) -> Result<(), Error> {
        let (m, z) = self.composites(true)?;
        let t2 = group::mul_base(&proof.response) + self.b.point * proof.challenge;
        let t3 = m * proof.response + z * proof.challenge;
        if self.challenge(&m, &z, &t2, &t3)? == proof.challenge { Ok(()) } else { Err(Error::Verify) }
    }

    /// `ComputeComposites`, and of `ComputeCompositesFast` the first half when `with_d` is false.
    fn composites(&self, with_d: bool) -> Result<(RistrettoPoint, RistrettoPoint), Error> {
        if self.c.len() != self.d.len() {
            return Err(Error::Count { expected: self.c.len(), got: self.d.len() });
        }
        let seed_tag = [b"Seed-", self.mode.context()].concat();
        let mut hash = Sha512::new();
        for part in [&length(&self.b.bytes)?[..], &self.b.bytes, &length(&seed_tag)?, &seed_tag] {
            hash.update(part);
        }
        let seed = hash.finalize();

        let (mut m, mut z) = (RistrettoPoint::default(), RistrettoPoint::default());
        for (i, (c, d)) in self.c.iter().zip(self.d).enumerate() {
            let i = u16::try_from(i).map_err(|_| Error::InputLength)?.to_be_bytes();
            let weight = self.mode.hash_to_scalar(&[
                &length(&seed)?,
                &seed,
                &i,
                &length(&c.bytes)?,
                &c.bytes,
                &length(&d.bytes)?,
                &d.bytes,
                b"Composite",
            ]);
            m += c.point * weight;
            if with_d {
                z += d.point * weight;
            }
        }
        Ok((m, z))
    }

    fn challenge(
        &self,
        m: &RistrettoPoint,
        z: &RistrettoPoint,
        t2: &RistrettoPoint,
        t3: &RistrettoPoint,
    ) -> Result<Scalar, Error> {
        let [m, z, t2, t3] = [m, z, t2, t3].map(|point| point.compress().to_bytes());
        let prefix = length(&m)?;
        Ok(self.mode.hash_to_scalar(&[
            &prefix,
            &self.b.bytes,
            &prefix,
            &m,
            &prefix,
            &z,
            &prefix,
            &t2,
            &prefix,
            &t3,
            b"Challenge",
        ]))
    }
}
