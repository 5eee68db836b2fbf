//! Values that a program of the team's makes, and generated ones.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use model::{Alphabet, RotatorKind, RotatorState, SecretValue};
use outbound::{Outbound, signature};
use serde_json::{Value, json};
use store::RotatorDraft;

use super::super::support::Site;
use super::{current, draft};
use crate::rotate::Rotators;

const SIGNING: &str = "whsec_kestrelkestrel";

type Heard = Arc<Mutex<Vec<Value>>>;

async fn program(heard: Heard) -> SocketAddr {
    async fn answer(State(heard): State<Heard>, headers: HeaderMap, body: String) -> Json<Value> {
        let signed = headers["keyloft-signature"].to_str().unwrap();
        let seconds = signed.strip_prefix("t=").unwrap().split(',').next().unwrap();
        let expected = signature(SIGNING.as_bytes(), seconds.parse().unwrap(), body.as_bytes());
        assert_eq!(signed, expected);
        let asked: Value = serde_json::from_str(&body).unwrap();
        let run = asked["run"].as_str().unwrap().to_owned();
        heard.lock().unwrap().push(asked);
        Json(json!({ "values": { "API_KEY": format!("made-for-{run}") } }))
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/rotate", post(answer)).with_state(heard);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn a_program_makes_the_values_and_ends_the_old_ones() {
    let heard = Heard::default();
    let address = program(Arc::clone(&heard)).await;
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let secret = site.secret(&owner, "dev", "api", &[("API_KEY", "old"), ("OTHER", "kept")]).await;
    let new = RotatorDraft {
        url: Some(format!("http://{address}/rotate")),
        signing_secret: Some(SecretValue::new(SIGNING.into())),
        ..draft(secret, RotatorKind::Webhook, &["API_KEY"])
    };
    let rotator = site.store.create_rotator(&owner, new).await.unwrap();
    site.store.run_rotator(&owner, rotator).await.unwrap();
    let allowed = format!("127.0.0.1/32:{}", address.port()).parse().unwrap();
    let rotators = Rotators::new(site.store.clone(), Outbound::new(vec![allowed]));

    // The answer is lost before it is committed: the second request carries the same id.
    let lost = site.store.claim_rotation(uuid::Uuid::from_u128(7)).await.unwrap().unwrap();
    rotators.perform(&lost).await;
    site.clock.advance(60_001);
    rotators.run_due().await.unwrap();
    let run = heard.lock().unwrap()[0]["run"].as_str().unwrap().to_owned();
    assert_eq!(current(&site.store, &owner, secret, "API_KEY").await, format!("made-for-{run}"));
    assert_eq!(current(&site.store, &owner, secret, "OTHER").await, "kept");
    site.clock.advance(600_000);
    rotators.run_due().await.unwrap();
    let steps: Vec<_> = heard
        .lock()
        .unwrap()
        .iter()
        .map(|asked| (asked["step"].clone(), asked["run"] == run.as_str()))
        .collect();
    assert_eq!(steps, [(json!("make"), true), (json!("make"), true), (json!("retire"), true)]);
    assert_eq!(site.store.rotator(&owner, rotator).await.unwrap().state, RotatorState::Idle);
}

#[tokio::test]
async fn generated_values_come_when_they_are_due() {
    let site = Site::set_up().await;
    let owner = site.caller().await;
    let secret = site.secret(&owner, "dev", "app", &[("KEY", "old")]).await;
    let new = RotatorDraft {
        days: 30,
        overlap_minutes: 0,
        length: Some(12),
        alphabet: Some(Alphabet::Digits),
        format: Some("no_{}".into()),
        ..draft(secret, RotatorKind::Generated, &["KEY"])
    };
    let rotator = site.store.create_rotator(&owner, new).await.unwrap();
    let rotators = Rotators::new(site.store.clone(), Outbound::new(Vec::new()));
    site.clock.advance(30 * 86_400_000 - 1);
    rotators.run_due().await.unwrap();
    let owner = site.caller().await;
    assert_eq!(current(&site.store, &owner, secret, "KEY").await, "old");
    site.clock.advance(1);
    rotators.run_due().await.unwrap();
    let new = current(&site.store, &owner, secret, "KEY").await;
    let digits = new.strip_prefix("no_").unwrap();
    assert!(digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{new}");
    let info = site.store.rotator(&owner, rotator).await.unwrap();
    assert_eq!(
        (info.state, info.next_at),
        (RotatorState::Idle, Some(site.clock.now() + 30 * 86_400_000))
    );
}
