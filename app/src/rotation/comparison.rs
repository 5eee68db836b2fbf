//! Two versions of a secret, key by key.

use super::timeline::name;
use crate::{
    drawn::{PostForm, PostedForm},
    ui::{Badge, Button, Card, Column, Table, Tone, counted},
};
use leptos::prelude::*;
use model::{KeyInfo, ValueKind, VersionInfo};

/// Names and kinds, and whether a value was given anew. The values of a key are shown to whoever may see them and asks.
pub(super) struct Comparison<'a> {
    pub(super) left: &'a VersionInfo,
    pub(super) right: &'a VersionInfo,
    /// Whether the values are there, for whoever looks.
    pub(super) readable: bool,
    /// The page's address.
    pub(super) here: &'a str,
    pub(super) posted: &'a PostedForm,
}

impl Comparison<'_> {
    pub(super) fn draw(&self) -> AnyView {
        let keys = &self.right.keys;
        let gone = self.left.keys.iter().filter(|key| find(keys, key).is_none());
        let (same, differing): (Vec<_>, Vec<_>) = gone.chain(keys).partition(|key| {
            let both = find(&self.left.keys, key).zip(find(keys, key));
            both.is_some_and(|(before, after)| before.since == after.since)
        });
        let text = if self.readable {
            "Values are shown key by key, on demand, and hide as they do on the secret's page. Each time is logged."
        } else {
            "Values are shown to whoever may reveal them, while both versions have them."
        };
        let (left, right) = (name(self.left.version), name(self.right.version));
        let title = format!("{left} and {}", right.to_lowercase());
        let content = if same.len() > FEW {
            let is_open = same.iter().any(|key| self.shown(key).is_some());
            let folded = format!("{} unchanged", counted(same.len(), "key"));
            let told = if differing.is_empty() {
                view! { <p>"Every key is the same."</p> }.into_any()
            } else {
                self.table("What changed", &differing)
            };
            view! {
                {told}
                <details open=is_open>
                    <summary>{folded}</summary>
                    {self.table("What is the same", &same)}
                </details>
            }
            .into_any()
        } else {
            self.table("What changed", &[differing, same].concat())
        };
        view! { <Card title text>{content}</Card> }.into_any()
    }

    fn table(&self, label: &'static str, keys: &[&KeyInfo]) -> AnyView {
        let rows = keys.iter().map(|key| self.row(key)).collect_view();
        let heading = |version| {
            let title = name(version);
            Column::Heading(view! { <th scope="col">{title}</th> }.into_any())
        };
        let columns = vec![
            Column::Words("Key"),
            heading(self.left.version),
            heading(self.right.version),
            Column::Words("Difference"),
        ];
        view! { <Table label columns actions=true>{rows}</Table> }.into_any()
    }

    fn row(&self, key: &KeyInfo) -> AnyView {
        let (before, after) = (find(&self.left.keys, key), find(&self.right.keys, key));
        let told = match (before, after) {
            (None, _) => view! { <Badge tone=Tone::Ok icon="plus">"Added"</Badge> },
            (_, None) => view! { <Badge tone=Tone::Bad icon="x">"Removed"</Badge> },
            (Some(before), Some(after)) if before.since != after.since => {
                view! { <Badge tone=Tone::Warn icon="pencil">"Value given anew"</Badge> }
            }
            _ => view! { <Badge>"Same"</Badge> },
        };
        let shown = self.shown(key);
        let hides =
            [before, after].into_iter().flatten().any(|key| key.kind == ValueKind::WriteOnly);
        let show = (self.readable && !hides && shown.is_none()).then(|| self.show_form(key));
        view! {
            <tr>
                <th class="cell-name" scope="row">{key.name.to_string()}</th>
                {cell(self.left, before, shown.map(|(old, _)| old))}
                {cell(self.right, after, shown.map(|(_, new)| new))}
                <td>{told}</td>
                <td class="cell-actions">{show}</td>
            </tr>
        }
        .into_any()
    }

    /// What the key held in both, if that was just asked for.
    fn shown(&self, key: &KeyInfo) -> Option<(&str, &str)> {
        let [old, new] = &self.posted.once[..] else { return None };
        let is_it = self.posted.value("key") == Some(key.name.as_str());
        is_it.then_some((old.as_str(), new.as_str()))
    }

    /// Asks for what the key holds in both.
    fn show_form(&self, key: &KeyInfo) -> AnyView {
        let (key, spoken) = (key.name.to_string(), key.name.to_string());
        let [left, right] = [self.left, self.right].map(|side| side.version.to_string());
        let here = self.here.to_owned();
        view! {
            <PostForm action=here asks="show">
                <input type="hidden" name="version" value=left />
                <input type="hidden" name="other" value=right />
                <input type="hidden" name="key" value=key />
                <Button icon="eye" submit=true>
                    "Show"
                    <span class="visually-hidden">" the values of "{spoken}</span>
                </Button>
            </PostForm>
        }
        .into_any()
    }
}

/// Most keys that did not change and are listed all the same.
const FEW: usize = 3;

fn find<'a>(keys: &'a [KeyInfo], key: &KeyInfo) -> Option<&'a KeyInfo> {
    keys.iter().find(|other| other.name == key.name)
}

fn cell(version: &VersionInfo, key: Option<&KeyInfo>, value: Option<&str>) -> AnyView {
    let kind = key.map_or("Missing", |key| key.kind.label());
    let value = value.filter(|_| key.is_some()).map(str::to_owned);
    let value = value.map(|value| view! { <div class="value">{value}</div> });
    let unit = format!("in version {}", version.version);
    view! { <td class="cell-wrap" data-unit=unit>{kind}{value}</td> }.into_any()
}
