//! Who may import whom: the one table of the project's layers.
//!
//! Within a crate, modules stand in rows from the lowest to the highest. A module may use its own row's modules and
//! all lower rows', except those that the row says it must not see.

/// The modules of one crate.
#[derive(Debug)]
pub(crate) struct Crate {
    /// Its folder, which holds `src/`.
    pub(crate) folder: &'static str,
    /// From the lowest to the highest.
    pub(crate) rows: &'static [Row],
    /// Crates that only some modules may touch.
    pub(crate) reserved: &'static [Reserved],
}

/// Modules of one height.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) modules: &'static [&'static str],
    /// Lower modules that this row must not use.
    pub(crate) not: &'static [&'static str],
    /// Whether the row's modules may use one another.
    pub(crate) among: bool,
}

/// Crates for a few modules.
#[derive(Debug)]
pub(crate) struct Reserved {
    pub(crate) crates: &'static [&'static str],
    pub(crate) modules: &'static [&'static str],
}

const fn row(modules: &'static [&'static str]) -> Row {
    Row { modules, not: &[], among: true }
}

/// Which of our crates each of our crates may depend on in what ships.
pub(crate) const CRATES: &[(&str, &[&str])] = &[
    ("twoken-core", &[]),
    ("twoken-js", &["twoken-core"]),
    ("twoken-web", &["twoken-core"]),
    ("twoken-server", &["twoken-core"]),
    ("twoken-bench-core", &["twoken-core"]),
    ("twoken-bench-qr-read", &[]),
    ("twoken-bench-server", &["twoken-core", "twoken-server"]),
    ("xtask", &[]),
    // In the place of a crate of that name, for `rxing` alone.
    ("encoding_rs", &[]),
];

pub(crate) const MODULES: &[Crate] = &[CORE, WEB, SERVER];

const CORE: Crate = Crate {
    folder: "core",
    rows: &[
        row(&["labels", "units", "codec", "mac", "batch_id", "study_id", "draw", "order"]),
        row(&["group"]),
        row(&["oprf", "tan"]),
        row(&["beacon", "encounter", "gatt", "tcn", "tag", "status"]),
        Row { modules: &["psi", "membership"], not: &["beacon", "encounter", "tcn"], among: false },
        row(&["diary", "redaction"]),
        row(&["permit", "decoy", "wire", "batch", "matching", "risk", "filter"]),
        row(&["age", "backup"]),
    ],
    reserved: &[],
};

const WEB: Crate = Crate {
    folder: "web",
    rows: &[
        row(&["worker"]),
        row(&["platform"]),
        row(&["api"]),
        row(&["state"]),
        // Generated from the locale files. State stands below it: text never lives there.
        row(&["i18n"]),
        row(&["components"]),
        Row { modules: &["pages"], not: &["api", "worker"], among: true },
        row(&["parts"]),
        row(&["app", "background"]),
        row(&["main", "worker_main"]),
    ],
    reserved: &[Reserved { crates: &["web_sys", "js_sys"], modules: &["platform", "main", "worker_main"] }],
};

const SERVER: Crate = Crate {
    folder: "server",
    rows: &[
        row(&["clock", "random", "tally", "config", "headers", "keys", "listen", "texts", "work"]),
        row(&["backoff", "logging"]),
        row(&["tries"]),
        row(&["store"]),
        row(&["domain"]),
        // The one place where errors become answers.
        row(&["problem"]),
        row(&["web"]),
        // What a running server holds in its hands; routes and jobs get it, and ask the domain with it.
        row(&["app", "limits"]),
        Row { modules: &["routes", "jobs"], not: &["store"], among: false },
        row(&["cli"]),
        row(&["main"]),
    ],
    reserved: &[Reserved { crates: &["sqlx"], modules: &["store"] }],
};
