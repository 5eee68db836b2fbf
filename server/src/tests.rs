//! The whole router in front of a store of its own, as browsers meet it.

mod access;
mod account;
mod api;
mod canary;
mod compare;
mod device;
mod environments;
mod factors;
mod forms;
mod guard;
mod help;
mod history;
mod import;
mod list;
mod matrix;
mod members;
mod notifications;
mod rotators;
mod selected;
mod sessions;
mod setup;
mod shortcuts;
mod support;
mod trash;
