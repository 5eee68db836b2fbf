use leptos::prelude::*;

use super::{
    super::{
        Badge, Breadcrumb, CopyButton, IconButton, Pager, SegmentedLinks, Snippet, Tabs, Time, Tone,
    },
    Group,
};

/// Lists, values, and ways between pages.
pub(super) fn data() -> impl IntoView {
    let links = |names: &[&str]| {
        names.iter().map(|name| (format!("#{name}"), String::from(*name))).collect::<Vec<_>>()
    };
    view! {
        <Group title="Ways">
            <Breadcrumb items=links(&["Secrets", "prod-postgres"]) current="Version 7" />
            <Tabs label="Secret" items=links(&["Values", "History", "Access"]) current="#Values".to_owned() />
            <div class="row">
                <SegmentedLinks
                    label="Environment"
                    items=links(&["production", "staging", "dev"])
                    current="#production"
                />
            </div>
            {list()}
            <Pager
                previous=None
                next=Some(String::from("#next"))
                range="1 to 3 of 10,000"
            />
        </Group>
        <Group title="Values">
            {values()}
        </Group>
        <Group title="Code, changes, times">
            <Snippet title="Shell command" code="keyloft run prod-postgres -- python train.py" />
            <ul class="diff">
                <li class="removed">
                    <span>
                        <span class="visually-hidden">"Removed "</span>
                        "PGHOST=db-1.internal"
                    </span>
                </li>
                <li class="added">
                    <span>
                        <span class="visually-hidden">"Added "</span>
                        "PGHOST=db-2.internal"
                    </span>
                </li>
                <li class="changed">"PGPASSWORD changed, hidden"</li>
            </ul>
            <ol class="timeline">
                <li aria-current="true">
                    <div class="row"><h3>"Version 8"</h3><Badge tone=Tone::Info>"Current"</Badge></div>
                    <p class="muted">"Edited "<Time ms=1_795_437_660_000 />" by Mara K."</p>
                </li>
                <li>
                    <div class="row"><h3>"Version 7"</h3></div>
                    <p class="muted">"Created "<Time ms=1_790_000_000_000 />" by Mara K. with ci-deploy"</p>
                </li>
            </ol>
        </Group>
    }
}

fn list() -> impl IntoView {
    let rows = [
        ("prod-postgres", "Postgres", "6", Tone::Bad, "Overdue 3 d", false),
        ("huggingface", "Hugging Face", "1", Tone::Ok, "Fresh, 12 d", true),
        (
            "a-name-of-sixty-four-letters-the-longest-that-a-secret-may-have-x",
            "Custom",
            "512",
            Tone::Neutral,
            "No schedule",
            false,
        ),
    ]
    .map(|(name, template, keys, tone, rotation, selected)| {
        view! {
            <tr aria-selected=selected.then_some("true")>
                <th class="cell-name" scope="row">
                    <a class="row-link" href="#row">
                        {name}
                    </a>
                </th>
                <td class="cell-meta">{template}</td>
                <td class="cell-meta cell-num" data-unit="keys">
                    {keys}
                </td>
                <td class="cell-status">
                    <Badge tone>{rotation}</Badge>
                </td>
                <td class="cell-meta">
                    <Time ms=1_790_000_000_000 />
                </td>
                <td class="cell-wide">"Mara K."</td>
                <td class="cell-actions">
                    <IconButton icon="ellipsis" label=format!("Actions for {name}") />
                </td>
            </tr>
        }
    });
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col" aria-sort="ascending">
                            <a href="#sort">"Name" <super::super::Icon name="chevron-up" /></a>
                        </th>
                        <th scope="col">"Template"</th>
                        <th scope="col" class="cell-num">
                            "Keys"
                        </th>
                        <th scope="col">"Rotation"</th>
                        <th scope="col">"Updated"</th>
                        <th scope="col">"By"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn values() -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Value"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th class="cell-name" scope="row">
                            "PGHOST"
                        </th>
                        <td class="cell-value">
                            <span class="value">"db-2.internal"</span>
                        </td>
                        <td class="cell-meta">"Plain"</td>
                        <td class="cell-actions">
                            <CopyButton text=|| String::from("db-2.internal") what="PGHOST" />
                        </td>
                    </tr>
                    <tr>
                        <th class="cell-name" scope="row">
                            "PGPASSWORD"
                        </th>
                        <td class="cell-value">
                            <span class="value masked" aria-label="PGPASSWORD, hidden" role="img">
                                "••••••••••••"
                            </span>
                        </td>
                        <td class="cell-meta">"Hidden"</td>
                        <td class="cell-actions">
                            <IconButton icon="eye" label="Show PGPASSWORD" />
                            <CopyButton text=String::new what="PGPASSWORD" />
                        </td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
