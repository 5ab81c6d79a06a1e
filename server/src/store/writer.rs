//! Group commit: one task writes what requests ask for. Everything that waits when it looks goes into one
//! transaction, so that one synchronisation of the disk answers for many; nobody is answered before it.
//!
//! When a group fails, each of its writes is tried alone: what is wrong with one of them fails no other.

use tokio::sync::{mpsc, oneshot};

use super::connections::{Connections, Write};
use super::permits::{self, NewUpload, Recorded};
use super::tans::{self, Redeemed, Redemption};
use super::{Error, Result, decoys};

/// Writes that wait for the task; the requests behind them are bounded more tightly.
const QUEUE: usize = 1024;
/// Most writes of one transaction.
const GROUP: usize = 256;
/// Bytes of entries after which a transaction takes no more in: they are some thirty milliseconds of work, and everybody in
/// it waits for the whole. Each changes a page at most, and the connection has memory for nearly as many.
const GROUP_BYTES: usize = 4096 * 84;

/// The way to the writing task.
#[derive(Clone, Debug)]
pub(super) struct Writer(mpsc::Sender<Job>);

#[derive(Debug)]
enum Job {
    Upload(Asked<NewUpload, Recorded>),
    Redemption(Asked<Redemption, Redeemed>),
}

/// Something to write, what it came to once it is written, and who waits for that.
#[derive(Debug)]
struct Asked<Asking, Outcome> {
    write: Asking,
    /// Whether it is written to be taken back.
    decoy: bool,
    outcome: Option<Outcome>,
    answer: oneshot::Sender<Result<Outcome>>,
}

impl Writer {
    /// Starts the task; it ends when the last way to it is dropped.
    pub(super) fn start(connections: Connections) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(run(connections, receiver));
        Self(sender)
    }

    pub(super) async fn upload(&self, upload: NewUpload, decoy: bool) -> Result<Recorded> {
        self.ask(upload, decoy, Job::Upload).await
    }

    pub(super) async fn redeem(&self, redemption: Redemption, decoy: bool) -> Result<Redeemed> {
        self.ask(redemption, decoy, Job::Redemption).await
    }

    async fn ask<Asking, Outcome>(
        &self,
        write: Asking,
        decoy: bool,
        job: impl FnOnce(Asked<Asking, Outcome>) -> Job,
    ) -> Result<Outcome> {
        let (answer, answered) = oneshot::channel();
        let job = job(Asked { write, decoy, outcome: None, answer });
        self.0.send(job).await.map_err(|_| Error::Stopped)?;
        answered.await.map_err(|_| Error::Stopped)?
    }
}

async fn run(connections: Connections, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        // Another writer may be at work, such as a sealing: while this one waits for its turn, the group grows.
        let write = match connections.write().await {
            Ok(write) => write,
            Err(error) => {
                first.fail(error);
                continue;
            }
        };
        let mut bytes = first.bytes();
        let mut group = vec![first];
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(job) = jobs.try_recv() else { break };
            bytes += job.bytes();
            group.push(job);
        }
        match carry_out(write, &mut group).await {
            Ok(()) => group.into_iter().for_each(Job::answer),
            Err(error) => one_by_one(&connections, group, error).await,
        }
    }
}

/// After a group has failed: who is alone in it is told why, all others are tried again, each for itself.
async fn one_by_one(connections: &Connections, group: Vec<Job>, error: Error) {
    let mut group = group.into_iter();
    if group.len() == 1 {
        // There is one, so the error goes to it.
        return group.next().into_iter().zip(Some(error)).for_each(|(job, error)| job.fail(error));
    }
    for job in group {
        let mut alone = [job];
        let result = match connections.write().await {
            Ok(write) => carry_out(write, &mut alone).await,
            Err(error) => Err(error),
        };
        let [job] = alone;
        match result {
            Ok(()) => job.answer(),
            Err(error) => job.fail(error),
        }
    }
}

/// Carries out all jobs and commits. Uploads are written all at once: each statement is a way to SQLite's thread and back.
async fn carry_out(mut write: Write, jobs: &mut [Job]) -> Result<()> {
    let uploads_of = |decoys: bool| -> Vec<_> {
        jobs.iter().filter_map(Job::upload).filter(|asked| asked.decoy == decoys).map(|a| &a.write).collect()
    };
    let mut recorded = permits::record(&mut write, &uploads_of(false)).await?.into_iter();
    let redemptions = jobs.iter().filter_map(Job::redemption).filter(|asked| asked.decoy);
    let redemptions: Vec<_> = redemptions.map(|asked| &asked.write).collect();
    let decoys = uploads_of(true);
    let (undone, unredeemed) = match (decoys.is_empty(), redemptions.is_empty()) {
        (true, true) => Default::default(),
        _ => decoys::write_and_undo(&mut write, &decoys, &redemptions).await?,
    };
    let (mut undone, mut unredeemed) = (undone.into_iter(), unredeemed.into_iter());
    for job in jobs {
        match job {
            Job::Upload(asked) if asked.decoy => asked.outcome = undone.next(),
            Job::Upload(asked) => asked.outcome = recorded.next(),
            Job::Redemption(asked) if asked.decoy => asked.outcome = unredeemed.next(),
            Job::Redemption(asked) => asked.outcome = Some(tans::redeem(&mut write, &asked.write).await?),
        }
    }
    write.commit().await
}

impl Job {
    /// Bytes of entries.
    fn bytes(&self) -> usize {
        match self {
            Self::Upload(asked) => asked.write.len(),
            Self::Redemption(_) => 0,
        }
    }

    fn upload(&self) -> Option<&Asked<NewUpload, Recorded>> {
        match self {
            Self::Upload(asked) => Some(asked),
            Self::Redemption(_) => None,
        }
    }

    fn redemption(&self) -> Option<&Asked<Redemption, Redeemed>> {
        match self {
            Self::Upload(_) => None,
            Self::Redemption(asked) => Some(asked),
        }
    }

    /// Says what it came to. Whoever asked may be gone; what was written stays, and a retry finds it.
    fn answer(self) {
        match self {
            Self::Upload(asked) => asked.answer(),
            Self::Redemption(asked) => asked.answer(),
        }
    }

    fn fail(self, error: Error) {
        match self {
            Self::Upload(asked) => asked.fail(error),
            Self::Redemption(asked) => asked.fail(error),
        }
    }
}

impl<Asking, Outcome> Asked<Asking, Outcome> {
    fn answer(self) {
        let _ = self.answer.send(self.outcome.ok_or(Error::Stopped));
    }

    fn fail(self, error: Error) {
        let _ = self.answer.send(Err(error));
    }
}
