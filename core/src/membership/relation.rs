//! The Σ-protocol itself: an OR of 256 branches with one or two equations each.
//!
//! ```text
//! branch i        tag_i = x·G                       [ H = x·n ]
//! not mine        c_i, s_i uniform                  T_i = s_i·G − c_i·tag_i      [ U_i = s_i·n − c_i·H ]
//! mine            k uniform                         T = k·G                      [ U = k·n ]
//! challenge c     c_mine = c − Σ c_i                s_mine = k + c_mine·x
//! verified by     Σ c_i = c, and c is the challenge of the T_i and U_i that follow from all c_i and s_i
//! ```
//!
//! The protocol, its messages and their order are those of `sigma_proofs::composition::ComposedInstance` over these
//! branches (Cramer, Damgård, Schoenmakers 1994; `draft-irtf-cfrg-sigma-protocols`): the tests hold the two against each
//! other, each verifying what the other made. What differs is the arithmetic. The crate multiplies each equation three
//! times to prove it, and knows of no base that all branches share; here each is multiplied once, with tables of the
//! shared ones, and all commitments are encoded with one inversion: a third of the time (docs/adr/0036).

use alloc::vec::Vec;

use curve25519_dalek::{RistrettoPoint, Scalar};
use sigma_proofs::codec::ScalarCodec;
use sigma_proofs::errors::{InvalidWitness, VerificationError};
use sigma_proofs::traits::{SigmaProtocol, SigmaProtocolSimulator, Transcript};
use sigma_proofs::{DuplexSpongeInit, NargCodec, PrivateRng};
use spongefish::NargReader;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::Nullifier;
use super::pair::Pair;
use crate::group;

/// A page's tags, as they were read and as they are written.
#[derive(Clone)]
pub(super) struct Tags {
    pub(super) points: Vec<RistrettoPoint>,
    pub(super) bytes: Vec<[u8; 32]>,
}

/// The second equation: `H = x·n` in every branch.
struct Second {
    nullifier: RistrettoPoint,
    /// `n ‖ H`, as an instance is written.
    bytes: [[u8; 32]; 2],
    /// Of `n` and `H`, which all branches share.
    table: Pair,
}

/// The OR of all of a page's tags.
pub(super) struct Relation<'a> {
    tags: &'a Tags,
    second: Option<Second>,
}

impl<'a> Relation<'a> {
    /// Without a nullifier.
    pub(super) const fn new(tags: &'a Tags) -> Self {
        Self { tags, second: None }
    }

    /// With one; none when it is no element.
    pub(super) fn with_nullifier(
        tags: &'a Tags,
        nullifier: &Nullifier,
        base: &RistrettoPoint,
    ) -> Option<Self> {
        let point = group::decode(nullifier.as_bytes())?;
        let table = Pair::new([point, *base]);
        let bytes = [*nullifier.as_bytes(), base.compress().to_bytes()];
        Some(Self { tags, second: Some(Second { nullifier: point, bytes, table }) })
    }

    const fn equations(&self) -> usize {
        if self.second.is_some() { 2 } else { 1 }
    }

    /// Half of each commitment that challenges and responses lead to, branch by branch; all of it is public, or thrown
    /// away.
    fn halves(&self, challenges: &[Scalar], responses: &[Scalar]) -> Vec<RistrettoPoint> {
        let mut points = Vec::with_capacity((self.tags.points.len() + 1) * self.equations());
        for ((tag, challenge), response) in self.tags.points.iter().zip(challenges).zip(responses) {
            let (c, s) = (-challenge.div_by_2(), response.div_by_2());
            points.push(RistrettoPoint::vartime_double_scalar_mul_basepoint(&c, tag, &s));
            if let Some(second) = &self.second {
                points.push(second.table.sum([&s, &c]));
            }
        }
        points
    }

    /// All shares of a challenge: those that were sent, and the last, which is what they leave over.
    fn shares(&self, challenge: &Scalar, sent: &[Scalar]) -> Result<Vec<Scalar>, VerificationError> {
        if Some(sent.len()) != self.tags.points.len().checked_sub(1) {
            return Err(VerificationError);
        }
        let last = challenge - sent.iter().sum::<Scalar>();
        Ok(sent.iter().copied().chain([last]).collect())
    }
}

/// What the prover answers: the challenges of all branches but the last, and a response of each.
pub(super) struct Response {
    shares: Vec<Scalar>,
    responses: Vec<Scalar>,
}

/// What the prover keeps between its two messages.
pub(super) struct State {
    /// Which branch is mine: set in one.
    mine: Vec<Choice>,
    witness: Zeroizing<Scalar>,
    nonce: Zeroizing<Scalar>,
    challenges: Vec<Scalar>,
    responses: Vec<Scalar>,
}

impl SigmaProtocol for Relation<'_> {
    /// Encoded, branch by branch.
    type Commitment = Vec<[u8; 32]>;
    type Challenge = Scalar;
    type Response = Response;
    type ProverState = State;
    type Witness = Scalar;

    fn prover_commit(
        &self,
        witness: &Scalar,
        rng: &mut PrivateRng<impl DuplexSpongeInit<U = u8>>,
    ) -> Result<(Self::Commitment, State), InvalidWitness> {
        let tag = group::mul_base(witness);
        let mut found = Choice::from(0);
        let mut mine = Vec::with_capacity(self.tags.points.len());
        for point in &self.tags.points {
            let first = point.ct_eq(&tag) & !found;
            found |= first;
            mine.push(first);
        }
        if !bool::from(found) {
            return Err(InvalidWitness);
        }
        let mut scalars = || self.tags.points.iter().map(|_| Scalar::sample(rng)).collect::<Vec<_>>();
        let (challenges, responses) = (scalars(), scalars());
        let nonce = Zeroizing::new(Scalar::sample(rng));

        let half = Zeroizing::new(nonce.div_by_2());
        let mut points = self.halves(&challenges, &responses);
        points.push(group::mul_base(&half));
        points.extend(self.second.as_ref().map(|second| second.nullifier * *half));
        let encoded = group::double_and_compress(&points);
        let mut branches = encoded.chunks_exact(self.equations());
        let real = branches.next_back().ok_or(InvalidWitness)?;
        let select = |(simulated, mine): (&[[u8; 32]], &Choice)| {
            let pairs = simulated.iter().zip(real);
            pairs
                .map(|(simulated, real)| ConditionallySelectable::conditional_select(simulated, real, *mine))
                .collect::<Vec<_>>()
        };
        let commitment = branches.zip(&mine).flat_map(select).collect();
        Ok((commitment, State { mine, witness: Zeroizing::new(*witness), nonce, challenges, responses }))
    }

    fn prover_response(&self, state: State, challenge: &Scalar) -> Result<Response, InvalidWitness> {
        let State { mine, witness, nonce, mut challenges, mut responses } = state;
        let others =
            challenges.iter().zip(&mine).map(|(c, mine)| Scalar::conditional_select(c, &Scalar::ZERO, *mine));
        let real_challenge = challenge - others.sum::<Scalar>();
        let real_response = *nonce + real_challenge * *witness;
        for ((c, s), mine) in challenges.iter_mut().zip(&mut responses).zip(&mine) {
            c.conditional_assign(&real_challenge, *mine);
            s.conditional_assign(&real_response, *mine);
        }
        challenges.pop();
        Ok(Response { shares: challenges, responses })
    }

    fn verifier(
        &self,
        commitment: &Self::Commitment,
        challenge: &Scalar,
        response: &Response,
    ) -> Result<(), VerificationError> {
        let expected = self.simulate_commitment(challenge, response)?;
        if expected == *commitment { Ok(()) } else { Err(VerificationError) }
    }
}

impl SigmaProtocolSimulator for Relation<'_> {
    fn simulate_response(&self, rng: &mut PrivateRng<impl DuplexSpongeInit<U = u8>>) -> Response {
        let mut scalars = |skip| self.tags.points.iter().skip(skip).map(|_| Scalar::sample(rng)).collect();
        Response { shares: scalars(1), responses: scalars(0) }
    }

    fn simulate_commitment(
        &self,
        challenge: &Scalar,
        response: &Response,
    ) -> Result<Self::Commitment, VerificationError> {
        if response.responses.len() != self.tags.points.len() {
            return Err(VerificationError);
        }
        let challenges = self.shares(challenge, &response.shares)?;
        Ok(group::double_and_compress(&self.halves(&challenges, &response.responses)))
    }

    fn simulate_transcript(
        &self,
        rng: &mut PrivateRng<impl DuplexSpongeInit<U = u8>>,
    ) -> Result<Transcript<Self>, VerificationError> {
        let (response, challenge) = (self.simulate_response(rng), Scalar::sample(rng));
        Ok((self.simulate_commitment(&challenge, &response)?, challenge, response))
    }
}

/// `count ‖ (element ‖ coefficient 32)* ‖ count ‖ (scalar ‖ element ‖ coefficient 32)*` of `element = x·other`.
fn write_equation(out: &mut Vec<u8>, image: u32, base: u32) {
    let mut one = [0; 32];
    one[31] = 1;
    for number in [1, image] {
        out.extend_from_slice(&u32::to_le_bytes(number));
    }
    out.extend_from_slice(&one);
    for number in [1, 0, base] {
        out.extend_from_slice(&u32::to_le_bytes(number));
    }
    out.extend_from_slice(&one);
}

impl NargCodec for Relation<'_> {
    /// As the crate writes an OR: a label, the number of branches, and each with its length before it: another label, and
    /// the length of what follows: the number of equations, each over elements by number (0 the identity, 1 the generator, 2 the tag, 3 `n`, 4 `H`), then
    /// those from 2 on.
    fn encode_instance(&self) -> impl AsRef<[u8]> {
        let mut head = Vec::new();
        head.extend_from_slice(&u32::to_le_bytes(if self.second.is_some() { 2 } else { 1 }));
        write_equation(&mut head, 2, 1);
        if self.second.is_some() {
            write_equation(&mut head, 4, 3);
        }
        let rest = self.second.as_ref().map(|second| second.bytes.as_flattened()).unwrap_or_default();
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let equations = length(head.len() + 32 + rest.len());
        let head = [b"sigma-proofs composition SIMPLE", &equations[..], &head].concat();
        let branch = head.len() + 32 + rest.len();
        let mut out = Vec::with_capacity(64 + (4 + branch) * self.tags.bytes.len());
        out.extend_from_slice(b"sigma-proofs composition OR");
        out.extend_from_slice(&length(self.tags.bytes.len()));
        for tag in &self.tags.bytes {
            out.extend_from_slice(&length(branch));
            out.extend_from_slice(&head);
            out.extend_from_slice(tag);
            out.extend_from_slice(rest);
        }
        out
    }

    fn serialize_commitment_into(&self, commitment: &Self::Commitment, out: &mut Vec<u8>) {
        out.extend_from_slice(commitment.as_flattened());
    }

    fn serialize_response_into(&self, response: &Response, out: &mut Vec<u8>) {
        response.shares.iter().chain(&response.responses).for_each(|scalar| scalar.serialize_scalar(out));
    }

    fn deserialize_commitment(
        &self,
        reader: &mut NargReader<'_>,
    ) -> Result<Self::Commitment, VerificationError> {
        let count = self.tags.points.len() * self.equations();
        (0..count).map(|_| reader.take(32)?.try_into().map_err(|_| VerificationError)).collect()
    }

    fn deserialize_response(&self, reader: &mut NargReader<'_>) -> Result<Response, VerificationError> {
        let mut scalars = |count: usize| {
            (0..count).map(|_| Scalar::deserialize_scalar(reader)).collect::<Result<Vec<_>, _>>()
        };
        let count = self.tags.points.len();
        Ok(Response { shares: scalars(count.saturating_sub(1))?, responses: scalars(count)? })
    }
}
