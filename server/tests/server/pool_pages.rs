//! Without a nullifier nobody can tell one person's proofs from another's: what is proved on one page counts once in a pool.

use twoken_core::membership::Context;
use twoken_core::status::{Degree, Mode, Scheme};
use twoken_core::tcn::Emissions;
use twoken_server::config::{Profile, Region, Settings};
use twoken_server::store::{Part, PoolKey, Spending, Spent};

use crate::second_degree::{body, count, second, send, waiting};
use crate::support::exposed::{Exposed, exposed, find};
use crate::support::people::Person;
use crate::support::{DAY, HOUR, Server};

const UPLOADS: &str = "SELECT COALESCE(SUM(uploads), 0) FROM pool WHERE degree = 2";
const PAGES: &str = "SELECT COUNT(*) FROM pool_page";

/// Sends an upload of somebody's own, proved with this claim.
async fn share(server: &Server, contact: &Exposed) {
    let proven = contact.prove(server, Context::SecondDegree, body(server, 1).as_bytes());
    send(server, &proven).await.ok();
}

/// Batches of second degree.
async fn published(server: &Server) -> usize {
    let index = server.index("root").await;
    index.after(None).unwrap().iter().filter(|signed| signed.header().degree == Degree::Second).count()
}

/// Five reports make a batch from now on.
async fn of_five(server: Server) -> Server {
    server.restart(|settings| settings.min_uploads = 5).await
}

#[tokio::test]
async fn claim_12_five_proofs_of_one_hearer_do_not_seal_somebody_elses_lone_upload() {
    let server = Server::demo().await;
    let met = exposed(&server, 4, Scheme::Encounter, Degree::First).await;
    let heard = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let server = of_five(server).await;
    share(&server, &met[0]).await;
    for _ in 0..5 {
        share(&server, &heard).await;
    }
    assert_eq!(count(&server, UPLOADS).await, 2, "one who met somebody, and one page");
    assert_eq!(waiting(&server).await, 6 * 64, "everything that was sent waits");
    server.tick().await;
    assert_eq!(published(&server).await, 0);
    // Those who met somebody count each.
    for contact in &met[1..] {
        share(&server, contact).await;
    }
    assert_eq!((count(&server, UPLOADS).await, count(&server, PAGES).await), (5, 1));
    server.tick().await;
    assert_eq!(published(&server).await, 1);
    assert_eq!(count(&server, PAGES).await, 0, "nothing of it is kept beyond the pool");
    // In the next pool the page counts once again.
    share(&server, &heard).await;
    share(&server, &heard).await;
    assert_eq!((count(&server, UPLOADS).await, count(&server, PAGES).await), (1, 1));
}

#[tokio::test]
async fn claim_26_twenty_who_heard_one_number_are_all_served() {
    let server = Server::demo().await;
    let heard = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    for _ in 0..20 {
        share(&server, &heard).await;
    }
    assert_eq!(waiting(&server).await, 20 * 64);
    assert_eq!(count(&server, "SELECT COUNT(*) FROM spent_proof").await, 20);
    server.tick().await;
    assert_eq!(published(&server).await, 1, "they count as one, and one is enough in the demo");
}

#[tokio::test]
async fn claim_12_in_private_mode_a_page_counts_once() {
    let server = Server::with(Settings { mode: Mode::Private, ..Settings::defaults(Profile::Demo) }).await;
    let mut person = Person::new();
    let hit = crate::private_mode::counted(&server, &mut person).await;
    server.hands.back(DAY);
    let contact = find(&server, hit).await;
    server.hands.forward(DAY);
    let server = of_five(server).await;
    for _ in 0..5 {
        let mine = second(&server, &person, &Emissions::new(), Mode::Private);
        let proven = contact.prove(&server, Context::SecondDegree, mine.as_bytes());
        send(&server, &proven).await.ok();
    }
    assert_eq!(count(&server, UPLOADS).await, 1);
    server.tick().await;
    assert_eq!(published(&server).await, 0);
}

#[tokio::test]
async fn claim_12_a_page_that_counts_in_two_regions_counts_once_where_they_are_joined() {
    let mut settings = Settings::defaults(Profile::Demo);
    for id in ["north", "south"] {
        let parent = Some("root".to_owned());
        settings.regions.push(Region { id: id.to_owned(), name: id.to_owned(), parent });
    }
    let server = Server::with(settings).await;
    let heard = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let server = of_five(server).await;
    let (batch, page) = (*heard.header.header().id.as_bytes(), u32::try_from(heard.number).unwrap());
    // With or without a nullifier: then the mark is not the request's own.
    let keep = async |region: &str, number: u8, nullifier: bool| {
        let pool = PoolKey { region: region.to_owned(), scheme: 1, degree: 2 };
        let part = Part { pool, line: 84, entries: vec![number; 84] };
        let mark = if nullifier { [number + 100; 32] } else { [number; 32] };
        let spending = Spending { context: vec![1], mark, request: [number; 32], batch, page, per_page: 512 };
        let spent = server.app.store().record_proven(&[part], &spending).await.unwrap();
        assert_eq!(spent, Spent::New);
    };
    for (number, region) in (1..).zip(["north", "south", "root", "north", "south"]) {
        keep(region, number, false).await;
    }
    keep("south", 6, true).await;
    assert_eq!((count(&server, UPLOADS).await, count(&server, PAGES).await), (4, 3));
    // The wait is over: all of it is in the root's pool.
    server.tick().await;
    server.hands.forward(25 * HOUR);
    server.tick().await;
    assert_eq!(count(&server, "SELECT COUNT(*) FROM pool WHERE degree = 2").await, 1);
    assert_eq!(
        (count(&server, UPLOADS).await, count(&server, PAGES).await),
        (2, 1),
        "the page, and who met somebody"
    );
    assert_eq!(waiting(&server).await, 6);
    // Where nothing new counts, what waits is joined all the same.
    keep("north", 7, false).await;
    server.tick().await;
    server.hands.forward(25 * HOUR);
    server.tick().await;
    assert_eq!((count(&server, UPLOADS).await, waiting(&server).await), (2, 7));
    assert_eq!(count(&server, "SELECT COUNT(*) FROM pool WHERE degree = 2").await, 1);
}

#[tokio::test]
async fn claim_32_which_pages_count_goes_with_their_batch() {
    let server = Server::demo().await;
    let heard = exposed(&server, 1, Scheme::Tcn, Degree::First).await.remove(0);
    let server = of_five(server).await;
    share(&server, &heard).await;
    server.hands.forward(14 * DAY);
    server.tick().await;
    assert_eq!(count(&server, PAGES).await, 1, "as long as something can be proved on it");
    server.hands.forward(DAY);
    server.tick().await;
    assert_eq!((count(&server, PAGES).await, count(&server, UPLOADS).await), (0, 1), "what waits, waits on");
}
