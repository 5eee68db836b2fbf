//! The least that reading a sealed value over HTTP costs: one row by sqlx, opened with AES-256-GCM, answered as JSON. No
//! rights, no audit, no log. `cargo xtask bench` measures the server against it.
//!
//! `baseline DATABASE-URL SECRETS PORT` keeps that many secrets, `s-00000` and so on, and answers `GET /NAME`.

mod rows;
mod seal;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;

use self::rows::Rows;
use self::seal::Seal;

struct Baseline {
    rows: Rows,
    seal: Seal,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: baseline DATABASE-URL SECRETS PORT");
    let (url, secrets, port) = (next()?, next()?.parse()?, next()?.parse()?);

    let baseline = Arc::new(Baseline { rows: Rows::open(&url).await?, seal: Seal::new()? });
    baseline.fill(secrets).await?;
    let app = Router::new().route("/{name}", get(read)).with_state(baseline);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn read(
    State(baseline): State<Arc<Baseline>>,
    Path(name): Path<String>,
) -> Result<Json<BTreeMap<String, String>>, StatusCode> {
    let sealed = baseline.rows.find(&name).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let sealed = sealed.ok_or(StatusCode::NOT_FOUND)?;
    let values = baseline.seal.open(&sealed).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    serde_json::from_slice(&values).map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

impl Baseline {
    /// Makes the secrets that are not there yet.
    async fn fill(&self, secrets: usize) -> Result<(), Box<dyn Error>> {
        let values = serde_json::to_vec(&BTreeMap::from(VALUES))?;
        let mut sealed = Vec::with_capacity(secrets);
        for number in 0..secrets {
            sealed.push((format!("s-{number:05}"), self.seal.seal(&values)?));
        }
        Ok(self.rows.keep(&sealed).await?)
    }
}

/// As long as those that the bench gives to the servers beside this one.
const VALUES: [(&str, &str); 5] = [
    ("DB0_DATABASE", "orders"),
    ("DB0_HOST", "db.internal.example.org"),
    ("DB0_PASSWORD", "correct-horse-battery-staple"),
    ("DB0_PORT", "5432"),
    ("DB0_USER", "orders-service"),
];
