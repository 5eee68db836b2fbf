//! The server, from its start to its stop.

mod welcome;

use std::time::Duration;

use store::{Clock, ServerLock, Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use self::welcome::Welcome;
use crate::admin::demo;
use crate::config::ServeConfig;
use crate::failure::Failure;
use crate::notify::Notifier;
use crate::rotate::Rotators;
use crate::state::{AppState, Offers};
use crate::{accept, checkpoints, router};

/// Serves until it is told to stop.
pub(crate) async fn serve(config: ServeConfig) -> Result<(), Failure> {
    let stop = stop_signal()?;
    config.instance.make_folders()?;
    let _lock = ServerLock::take(&config.instance.location)?;
    let is_new = config.instance.lacks_root_key();
    let store =
        Store::open(&config.instance.location, &config.instance.root_key, Clock::System).await?;
    if config.demo {
        demo::fill(&store).await?;
    }

    let address = config.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|source| Failure::Listen { address, source })?;
    let public_url = config.public_url(listener.local_addr()?)?;
    if config.hides_clients(&public_url) {
        tracing::warn!("without --trusted-proxy all clients count as the proxy's one address");
    }
    let protection = config.protection(public_url.clone());
    let offers = Offers {
        mail: config.mailer.is_some(),
        metrics: config.metrics,
        components: config.components,
    };
    let state = AppState::new(store.clone(), public_url.clone(), offers);
    let app = router::whole(state, &protection);

    Welcome {
        instance: &config.instance,
        public_url: &public_url,
        setup_code: store.new_setup_code().await?,
        is_new,
        is_demo: config.demo,
    }
    .print();
    let outbound = config.outbound.clone();
    let notifier =
        Notifier::new(store.clone(), outbound.clone(), config.mailer.clone(), &public_url);
    let chores = [
        tokio::spawn(tidy_hourly(store.clone())),
        tokio::spawn(notify(notifier)),
        tokio::spawn(rotate_what_is_due(Rotators::new(store.clone(), outbound.clone()))),
        tokio::spawn(index_audit(store.clone())),
        tokio::spawn(prune_audit_hourly(store.clone())),
        tokio::spawn(checkpoints::push(store.clone(), outbound, config.checkpoints.clone())),
    ];
    accept::serve(listener, app, config.connection_limits(), stop).await;
    for chore in chores {
        chore.abort();
    }
    store.close().await;
    Ok(())
}

/// Ready at Ctrl-C, or when a service manager says so. Heard from now on: a signal that comes during the
/// start still stops the server in order.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
    })
}

async fn tidy_hourly(store: Store) {
    let mut hours = interval(Duration::from_hours(1));
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        match store.empty_old_trash().await {
            Ok(0) => {}
            Ok(secrets) => tracing::info!(secrets, "destroyed what lay in the trash for 30 days"),
            Err(error) => tracing::error!(%error, "the trash was not emptied"),
        }
        match destroy_old_versions(&store).await {
            Ok(0) => {}
            Ok(versions) => tracing::info!(versions, "destroyed values of old versions"),
            Err(error) => tracing::error!(%error, "values of old versions were not destroyed"),
        }
        match tell_due(&store).await {
            Ok(0) => {}
            Ok(secrets) => tracing::info!(secrets, "noted which secrets want a rotation"),
            Err(error) => tracing::error!(%error, "which secrets want a rotation was not noted"),
        }
        match store.forget_old_deliveries().await {
            Ok(0) => {}
            Ok(messages) => tracing::info!(messages, "forgot messages of more than 30 days ago"),
            Err(error) => tracing::error!(%error, "old messages were not forgotten"),
        }
    }
}

/// In slices, between which others get their turn.
async fn destroy_old_versions(store: &Store) -> Result<u64, StoreError> {
    let mut destroyed = 0;
    loop {
        match store.destroy_old_versions().await? {
            0 => return Ok(destroyed),
            versions => destroyed += versions,
        }
    }
}

async fn tell_due(store: &Store) -> Result<u64, StoreError> {
    let mut told = 0;
    loop {
        match store.tell_due().await? {
            0 => return Ok(told),
            steps => told += steps,
        }
    }
}

/// A rotation that is cut off here goes on at the next start, or on another replica.
async fn rotate_what_is_due(rotators: Rotators) {
    let mut often = interval(Duration::from_secs(5));
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        often.tick().await;
        if let Err(error) = rotators.run_due().await {
            tracing::error!(%error, "rotations could not go on");
        }
    }
}

/// Keeps the audit log's index near its end, so that whoever asks need not wait for it.
async fn index_audit(store: Store) {
    let mut times = interval(INDEX_EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        if let Err(error) = store.index_audit().await {
            tracing::error!(%error, "the audit log was not indexed");
        }
    }
}

/// Lets go of events that were kept as long as their workspace wants.
async fn prune_audit_hourly(store: Store) {
    let mut hours = interval(Duration::from_hours(1));
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        match store.prune_audit().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "pruned the audit log"),
            Err(error) => tracing::error!(%error, "the audit log was not pruned"),
        }
    }
}

const INDEX_EVERY: Duration = Duration::from_mins(10);
/// What is cut off here is sent by the next start, or by another replica.
async fn notify(notifier: Notifier) {
    let mut often = interval(Duration::from_secs(2));
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut minutes = interval(Duration::from_mins(1));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            _ = often.tick() => notifier.run_due().await,
            _ = minutes.tick() => notifier.remind().await,
        };
        if let Err(error) = done {
            tracing::error!(%error, "webhooks and mail could not go on");
        }
    }
}
